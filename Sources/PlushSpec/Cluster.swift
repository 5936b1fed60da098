/// A group of hosts that get the same software and run the same processes.
public struct Cluster: Sendable, Equatable {
    /// The name; `cluster` where the file names none.
    public var name: String
    /// The software to install, in this order.
    public var software: [Reference]
    /// How many hosts are wanted, `num_hosts`.
    public var hostCount: Int
    /// How many hosts suffice, `min_hosts`; nil where all are needed. At most `hostCount`.
    public var minimumHosts: Int?
    /// The processes in the order of the file; never empty after parsing. ``stages`` says which are started together.
    public var processes: [ProcessSpecification]
    /// What each host does, in this order; one stage with all processes where there is no barrier between them.
    public var stages: [Stage]
    /// Shell lines that each host runs, in order, after its outputs were collected.
    public var cleanupCommands: [String]
    /// Files and directories to collect, relative to the directory where the software was installed.
    public var outputPaths: [String]
    /// The line of the start tag, from 1.
    public var line: Int

    /// Makes a cluster from its parts.
    public init(
        name: String,
        software: [Reference] = [],
        hostCount: Int,
        minimumHosts: Int? = nil,
        processes: [ProcessSpecification],
        stages: [Stage]? = nil,
        cleanupCommands: [String] = [],
        outputPaths: [String] = [],
        line: Int,
    ) {
        self.name = name
        self.software = software
        self.hostCount = hostCount
        self.minimumHosts = minimumHosts
        self.processes = processes
        self.stages = stages ?? [Stage(barrier: nil, processes: 0..<processes.count)]
        self.cleanupCommands = cleanupCommands
        self.outputPaths = outputPaths
        self.line = line
    }
}
