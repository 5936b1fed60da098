/// The limits of lists of hosts, each with its reason. Those of single node sets are in `NodeSetLimits`.
package enum HostLimits {
    /// Bytes of a host file: a line per core of 10,000 hosts with 64 cores is 13 MB.
    package static let fileBytesMax = 16 << 20
    /// Different hosts of a run: a rank each, and ten times the largest tree that is simulated.
    package static let hostsMax = 1 << 20
    /// Names of all files and options of a run, repeated ones counted: bounds the time that a made-up list can take.
    package static let namesMax = 1 << 22
    /// Characters of a text that an error repeats.
    package static let excerptMax = 40
}
