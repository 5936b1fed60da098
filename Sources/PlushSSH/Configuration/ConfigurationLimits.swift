/// The limits of reading SSH configurations, each with its reason. What is beyond one is not refused: hosts are then
/// asked about one by one, and ssh itself says what it thinks of the files.
package enum ConfigurationLimits {
    /// Include in Include: READCONF_MAX_DEPTH of OpenSSH.
    package static let depthMax = 16
    /// Files read in all, repetitions counted: files that include each other twice double with each level.
    package static let filesMax = 1_024
    /// Bytes of all files: a host a line is some 100 bytes.
    package static let bytesMax = 16 << 20
    /// What `ssh -G` prints is some 5 KiB; long lists of forwardings make it more.
    package static let answerBytesMax = 1 << 20
    /// Identity files of one host: SSH_MAX_IDENTITY_FILES of OpenSSH.
    package static let identityFilesMax = 100
    /// Seconds that connecting may take: a day, which is without any limit for a run.
    package static let connectTimeoutSecondsMax = 86_400
}
