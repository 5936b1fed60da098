/// The limits of known_hosts files, each with its reason. They are the user's own, or the administrator's: the limits
/// guard against the wrong file being named, and against running out of memory in the middle of a run.
package struct KnownHostsLimits: Sendable, Equatable {
    /// One file. A line takes about 150 bytes, so this is room for 400,000 keys.
    package var fileBytesMax = 64 << 20
    /// One line. The largest real one holds an RSA key of 16,384 bits and some dozens of names.
    package var lineBytesMax = 16 << 10
    /// Names and patterns of one line.
    package var namesPerLineMax = 1_024
    /// Files of one host: OpenSSH takes at most 32 names for either option.
    package var filesMax = 64

    /// The limits that are used.
    package init() {}
}
