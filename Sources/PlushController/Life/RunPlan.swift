import PlushSpec
import PlushTree
import PlushWire

/// What a specification asks for, worked out before anything is launched: the configurations in their order, and how
/// many hosts they need.
struct RunPlan {
    /// One configuration of one application.
    struct Step {
        let project: Project
        let application: Application
        let configuration: Configuration
        let title: String

        var wantedCount: Int {
            configuration.clusters.reduce(0) { $0 + $1.hostCount }
        }

        var minimumCount: Int {
            configuration.clusters.reduce(0) { $0 + ($1.minimumHosts ?? $1.hostCount) }
        }

        /// Gives each cluster its minimum, then fills the clusters up in order; nil when there are too few hosts.
        func place(_ available: RankSet) -> [RankSet]? {
            guard available.count >= minimumCount else { return nil }
            var spare = available.count - minimumCount
            var rest = available.makeIterator()
            return configuration.clusters.map { cluster in
                let minimum = cluster.minimumHosts ?? cluster.hostCount
                let extra = min(spare, cluster.hostCount - minimum)
                spare -= extra
                return RankSet((0..<(minimum + extra)).compactMap { _ in rest.next() })
            }
        }
    }

    let steps: [Step]
    /// Hosts of the largest configuration.
    let wantedCount: Int
    /// Hosts that may be used, spares included.
    let poolCount: Int

    /// Throws ``ControllerError`` for resources that are not on this machine, and for a pool that is too small.
    init(_ specification: ApplicationSpecification, fileName: String, options: ControllerOptions) throws {
        var steps: [Step] = []
        for project in specification.projects {
            for application in project.applications {
                let configurations = project.configurations(of: application)
                for configuration in configurations {
                    let title =
                        configurations.count > 1
                        ? "\(application.name), \(configuration.name)" : application.name
                    steps.append(
                        Step(
                            project: project, application: application, configuration: configuration, title: title))
                }
            }
        }
        for step in steps {
            for resource in step.configuration.resources where resource.type != .local && options.localHosts == nil {
                throw ControllerError(
                    .usage,
                    "\(fileName):\(resource.line): <resources>: type \"\(resource.type)\" needs a directory file that "
                        + "names its hosts, and this version has none",
                    remedy: "use type=\"local\", or run on this machine with --local N")
            }
        }
        let minimum = steps.map(\.minimumCount).max() ?? 0
        let wanted = steps.map(\.wantedCount).max() ?? 0
        poolCount = options.localHosts ?? wanted
        guard poolCount >= minimum else {
            throw ControllerError(
                .usage, "\(fileName) needs at least \(minimum) hosts and --local offers \(poolCount)",
                remedy: "offer more with --local, or allow fewer with min_hosts")
        }
        wantedCount = min(wanted, poolCount)
        self.steps = steps
    }
}

/// A cluster of a configuration: the key of its software and the name of its directory on the hosts.
struct ClusterKey: Hashable, Sendable {
    let directoryName: String

    init(_ step: RunPlan.Step, _ cluster: Cluster) {
        directoryName = "\(step.project.name).\(step.configuration.name).\(cluster.name)"
    }
}

extension Software {
    var packageKind: PackageKind {
        switch type {
        case .none: return .plain
        case .tar: return .archive(.tar)
        case .tgz: return .archive(.tgz)
        }
    }
}

extension PlushSpec.Package {
    func request(relativeTo directory: String) -> PackageRequest {
        switch type {
        case .web: return PackageRequest(name: name, source: .web(path))
        case .file:
            return PackageRequest(name: name, source: .file(path.hasPrefix("/") ? path : "\(directory)/\(path)"))
        }
    }
}

extension ProcessSpecification {
    /// The process as a command. A relative path starts where the software was installed, also without a slash.
    func task(application: String, timeoutMilliseconds: UInt64, graceMilliseconds: UInt32) -> RunTask {
        let program = path.contains("/") ? path : "./\(path)"
        return RunTask(
            application: application, arguments: [program] + arguments,
            environment: environment.map { RunTask.Variable($0.name, $0.value) },
            workingDirectory: workingDirectory ?? "", timeoutMilliseconds: timeoutMilliseconds,
            graceMilliseconds: graceMilliseconds, output: .stream)
    }
}
