/// A configuration: clusters of hosts that run together, and where the hosts come from.
public struct Configuration: Sendable, Equatable {
    /// The name; `configuration` where the file names none.
    public var name: String
    /// The clusters in the order of the file; never empty after parsing.
    public var clusters: [Cluster]
    /// The barriers of all clusters, in the order of the file; those of one name are one.
    public var barriers: [Barrier]
    /// Where hosts come from. A configuration without `<resources>` has one local resource.
    public var resources: [Resource]
    /// The line of the start tag, from 1.
    public var line: Int

    /// How many hosts its clusters want.
    public var hostCount: Int {
        clusters.reduce(0) { $0 + $1.hostCount }
    }

    /// How many hosts suffice for its clusters.
    public var minimumHosts: Int {
        clusters.reduce(0) { $0 + ($1.minimumHosts ?? $1.hostCount) }
    }

    /// Makes a configuration from its parts.
    public init(
        name: String, clusters: [Cluster], barriers: [Barrier] = [], resources: [Resource], line: Int,
    ) {
        self.name = name
        self.clusters = clusters
        self.barriers = barriers
        self.resources = resources
        self.line = line
    }
}
