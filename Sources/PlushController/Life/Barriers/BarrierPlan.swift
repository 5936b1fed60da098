import PlushProtocol
import PlushSpec
import PlushTree
import PlushWire

/// The barriers of one run of a configuration, worked out for the hosts that it got.
struct BarrierPlan: Sendable {
    /// One of them.
    struct Entry: Sendable {
        let barrier: Barrier
        let request: ControllerNode.BarrierRequest
    }

    /// The application's name on the wire: another one for each run, because a configuration may run several times in one
    /// overlay, and agents remember what was released.
    let application: String
    let entries: [Entry]

    /// `number`: which run of the overlay it is. `isWatched`: somebody wants to see who is missing.
    init(_ step: RunPlan.Step, number: Int, clusters: [(cluster: Cluster, ranks: RankSet)], isWatched: Bool) {
        let application = "\(step.project.name).\(step.configuration.name).\(number)"
        self.application = application
        entries = step.configuration.barriers.map { barrier in
            let parts = clusters.filter { Self.uses($0.cluster, barrier) }
            let members = parts.map { part in
                BarrierOpening.Member(
                    application: ClusterKey(step, part.cluster).directoryName,
                    processes: UInt32(part.cluster.processes.count { $0.barriers.contains(barrier.name) }))
            }
            return Entry(
                barrier: barrier,
                request: ControllerNode.BarrierRequest(
                    key: BarrierKey(application: application, name: barrier.name), policy: barrier.policy,
                    participants: parts.reduce(into: RankSet()) { $0.formUnion($1.ranks) },
                    members: barrier.kind == .processes ? members : [],
                    quotas: parts.compactMap { Self.quota(of: $0.cluster, $0.ranks, at: barrier) },
                    isWatched: isWatched || barrier.stragglers != nil))
        }
    }

    func key(_ name: String) -> BarrierKey {
        BarrierKey(application: application, name: name)
    }

    private static func uses(_ cluster: Cluster, _ barrier: Barrier) -> Bool {
        switch barrier.kind {
        case .hosts: cluster.stages.contains { $0.barrier == barrier.name }
        case .processes: cluster.processes.contains { $0.barriers.contains(barrier.name) }
        }
    }

    /// How many hosts of a cluster must be there whatever the entry rule says.
    ///
    /// Who writes a number into `entry` has said it. Else `min_hosts` counts, at every barrier between stages; without it
    /// all hosts are needed where the software is waited for, as in a configuration without barriers.
    private static func quota(of cluster: Cluster, _ ranks: RankSet, at barrier: Barrier) -> RootBarrier.Quota? {
        guard barrier.kind == .hosts else { return nil }
        switch barrier.policy.entry {
        case .atLeast: return nil
        case .all(let timeout):
            let isFirst = cluster.stages.first?.barrier == barrier.name
            let least = cluster.minimumHosts ?? (isFirst && timeout == nil ? cluster.hostCount : nil)
            return least.map { RootBarrier.Quota(ranks: ranks, least: $0) }
        case .knee:
            return cluster.minimumHosts.map { RootBarrier.Quota(ranks: ranks, least: $0) }
        }
    }
}
