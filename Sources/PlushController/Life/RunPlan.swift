import PlushSpec
import PlushTree
import PlushWire

/// What a specification asks for, worked out before anything is launched: the configurations in their order, and the
/// hosts that each may use.
///
/// Ranks run over the pools of all configurations in the order of their first use.
public struct RunPlan: Sendable {
    /// One configuration of one application.
    struct Step: Sendable {
        let project: Project
        let application: Application
        let configuration: Configuration
        let title: String
        /// The hosts that it may use, spares included, the ones to be used first at the front.
        let pool: [Rank]

        var wantedCount: Int { configuration.hostCount }
        var minimumCount: Int { configuration.minimumHosts }

        /// Gives each cluster its minimum, then fills the clusters up in order, all from the pool in its order; nil when
        /// too few hosts of the pool are available.
        func place(_ available: RankSet) -> [RankSet]? {
            let usable = pool.filter { available.contains($0) }
            guard usable.count >= minimumCount else { return nil }
            var spare = usable.count - minimumCount
            var rest = usable[...]
            return configuration.clusters.map { cluster in
                let minimum = cluster.minimumHosts ?? cluster.hostCount
                let extra = min(spare, cluster.hostCount - minimum)
                spare -= extra
                let ranks = rest.prefix(minimum + extra)
                rest = rest.dropFirst(ranks.count)
                return RankSet(ranks)
            }
        }
    }

    let steps: [Step]
    /// The specification's name in messages.
    let fileName: String
    /// All hosts that may be used, by rank.
    public let pool: HostPool
    /// The hosts to launch first: of every configuration's pool as many as it wants, as far as there are.
    let wanted: RankSet

    /// Works it out, reading the directory file if resources name groups; `fileName` is for messages.
    ///
    /// Throws ``ControllerError`` for hosts that are not to be had and for pools that are too small, and
    /// `SpecificationError` for a directory file with faults.
    public init(_ specification: ApplicationSpecification, fileName: String, options: ControllerOptions) throws {
        let uses = Self.uses(of: specification)
        self.fileName = fileName
        let pools = try PoolBuilder(uses.map(\.configuration), fileName: fileName, options: options)
        steps = zip(uses, pools.ranks).map { use, ranks in
            Step(
                project: use.project, application: use.application, configuration: use.configuration,
                title: use.title, pool: ranks)
        }
        pool = pools.pool
        wanted = steps.reduce(into: RankSet()) { $0.formUnion(RankSet($1.pool.prefix($1.wantedCount))) }
    }

    /// The configurations of all applications, in the order in which they run.
    private static func uses(
        of specification: ApplicationSpecification
    ) -> [(project: Project, application: Application, configuration: Configuration, title: String)] {
        specification.projects.flatMap { project in
            project.applications.flatMap { application in
                let configurations = project.configurations(of: application)
                return configurations.map { configuration in
                    let several = configurations.count > 1
                    let title = several ? "\(application.name), \(configuration.name)" : application.name
                    return (project, application, configuration, title)
                }
            }
        }
    }

    /// Spares to launch in place of hosts that failed, each with the host it replaces: for every configuration that now
    /// has fewer hosts than it wants, the next of its pool that was not launched yet.
    ///
    /// A host that two configurations used comes twice where they have no spare in common. `failed` holds `missing` and
    /// all that failed before.
    func replacements(
        for missing: RankSet, launched: RankSet, failed: RankSet
    ) -> [(rank: Rank, spare: Rank)] {
        var taken = launched
        var alive = launched.subtracting(failed)
        var pairs: [(rank: Rank, spare: Rank)] = []
        for (step, pool) in zip(steps, steps.map { RankSet($0.pool) }) {
            var lacking = step.wantedCount - pool.intersection(alive).count
            guard lacking > 0 else { continue }
            var spares = step.pool.lazy.filter { !launched.contains($0) }.makeIterator()
            for rank in missing.intersection(pool) where lacking > 0 {
                guard let spare = nextFree(&spares, taken) else { break }
                taken.insert(spare)
                alive.insert(spare)
                lacking -= 1
                pairs.append((rank, spare))
            }
        }
        return pairs
    }

    private func nextFree(_ spares: inout some IteratorProtocol<Rank>, _ taken: RankSet) -> Rank? {
        while let spare = spares.next() {
            if !taken.contains(spare) { return spare }
        }
        return nil
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
            graceMilliseconds: graceMilliseconds, output: .stream, barriers: barriers)
    }
}
