import PlushSpec
import PlushTree

/// Specifications without a file.
enum PlanSamples {
    static func cluster(_ name: String, _ hosts: Int, least: Int? = nil) -> Cluster {
        Cluster(
            name: name, hostCount: hosts, minimumHosts: least,
            processes: [ProcessSpecification(name: "work", path: "tool", line: 4)], line: 3)
    }

    /// One project with one application. The resources of each configuration are `local` where none are given.
    static func specification(
        _ configurations: [(String, [Cluster])], order: [String]? = nil, resources: [[Resource]] = []
    ) -> ApplicationSpecification {
        let configurations = configurations.enumerated().map { index, configuration in
            Configuration(
                name: configuration.0, clusters: configuration.1,
                resources: index < resources.count ? resources[index] : [Resource(type: .local, line: 2)], line: 2)
        }
        let references = (order ?? configurations.map(\.name)).map { Reference(name: $0, line: 8) }
        return ApplicationSpecification(projects: [
            Project(
                name: "p", configurations: configurations,
                applications: [Application(name: "a", configurations: references, line: 7)], line: 1)
        ])
    }

    static func ranks(_ bounds: ClosedRange<UInt32>) -> RankSet {
        RankSet(bounds.map { Rank($0) })
    }
}
