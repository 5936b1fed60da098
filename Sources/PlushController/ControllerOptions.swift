import PlushTree

/// How a run is to be done; every value has the default that `plush` documents.
public struct ControllerOptions: Sendable {
    /// The shape of the tree.
    public var shape = TreeShape.standard
    /// Hosts on this machine, as processes; nil takes what a specification's resources ask for.
    public var localHosts: Int?
    /// Hosts to be reached by SSH, in the order of their ranks; nil takes what a specification's resources ask for.
    public var hosts: [HostTarget]?
    /// Node sets of hosts to leave out of those that a specification's resources name.
    public var excludedHosts: [String] = []
    /// How hosts are reached by SSH.
    public var ssh = SSHOptions()
    /// The directory file in which groups of hosts are looked up; nil: `~/.plush/directory.xml`.
    public var directoryPath: String?
    /// How long a host may take to start its agent and to attach it, in milliseconds (`-t`).
    public var connectMilliseconds: UInt64 = 30_000
    /// How long a command may run, in milliseconds; 0 is without limit (`-u`).
    public var commandMilliseconds: UInt64 = 0
    /// How long the whole run may take, in milliseconds; 0 is without limit (`--deadline`).
    public var deadlineMilliseconds: UInt64 = 0
    /// Between the signal that asks a command to end and the one that does not, in milliseconds.
    public var graceMilliseconds: UInt32 = 2_000
    /// How long agents live on without a sign of the controller, in milliseconds (`--lease`).
    public var leaseMilliseconds: UInt64 = 30_000
    /// Between heartbeats of a link, in milliseconds.
    public var heartbeatMilliseconds: UInt64 = 2_000
    /// Agents being started at one time.
    public var launchWindow = 16
    /// Whether equal output of hosts is folded on the way up, or streamed line by line.
    public var foldsOutput = false
    /// How often relays report progress, in milliseconds; 0: only what is complete.
    public var progressMilliseconds: UInt32 = 1_000
    /// How many commands may run at one time in the whole tree, of ``Controller/exec(_:)``; 0: all.
    public var commandsMax = 0
    /// A descriptor that is read to its end and handed to every command of ``Controller/exec(_:)`` as its standard
    /// input; nil: they have none.
    public var inputDescriptor: Int32?
    /// Where outputs are collected; nil collects none.
    public var outputDirectory: String?
    /// Below which the run's own directory is made; nil: the system's place for temporary files.
    public var temporaryDirectory: String?
    /// The agent's executable; nil looks beside the running program.
    public var agentPath: String?
    /// A file to which agents append what they refuse and why they end; nil: nowhere.
    public var agentLogPath: String?
    /// Programs that take the place of the agent on some hosts: for tests of hosts that fail to start.
    package var agentPathByRank: [Rank: String] = [:]

    /// The defaults.
    public init() {}
}

extension ControllerOptions {
    /// The hosts that were named, if any were.
    var pool: HostPool? {
        hosts.map { .ssh($0) } ?? localHosts.map { .local(count: $0) }
    }
}
