/// How hosts are reached by SSH; every value has the default that `plush` documents.
public struct SSHOptions: Sendable {
    /// What to do about host keys.
    public enum HostKeyPolicy: String, Sendable, CaseIterable {
        /// Only hosts whose key is in a known_hosts file.
        case strict
        /// A host that is not known yet is taken at its word once, and remembered; a changed key is refused.
        case acceptNew = "accept-new"
        /// No check at all: whoever can redirect the connection becomes the host.
        case ignore
    }

    /// The user to log in as (`-l`); nil: as the directory file or the SSH configuration say.
    public var user: String?
    /// The configuration file that `ssh -F` would be given; nil: ssh's own.
    public var configurationPath: String?
    /// Key files to use besides those of the SSH configuration (`--identity`).
    public var identityFiles: [String] = []
    /// What to do about host keys; nil: accept-new for hosts of which the SSH configuration says so, strict for all
    /// others.
    public var hostKeyPolicy: HostKeyPolicy?
    /// Hosts being reached at one time.
    public var launchWindow = 64

    /// The defaults.
    public init() {}
}
