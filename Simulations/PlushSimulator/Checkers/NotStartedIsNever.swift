import PlushProtocol
import PlushTree
import PlushWire

/// Whoever is said never to have run an operation has not run it, and never will.
package struct NotStartedIsNever: Checker {
    package static let name = "NotStartedIsNever"
    private var never: [OperationID: RankSet] = [:]

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        switch observation {
        case .noticed(.closed(let id, let buckets, _)):
            let ranks = buckets.filter { $0.outcome.kind == .notStarted || $0.outcome.kind == .unreachable }
                .reduce(into: RankSet()) { $0.formUnion($1.ranks) }
            never[id] = ranks
            let wrong = ranks.intersection(world.records.issued[id]?.spawned ?? RankSet())
            for rank in wrong where !world.isTainted(rank) {
                world.violate(Self.name, "\(id) ran on \(rank), which is said never to have run it")
            }
        case .spawned(let id, _, let host):
            guard never[id]?.contains(host.rank) == true, !world.isTainted(host.rank) else { return }
            world.violate(Self.name, "\(id) starts on \(host.rank) after it was said never to have run it")
        default:
            break
        }
    }
}
