import OrderedCollections
import PlushProtocol
import PlushTree
import PlushWire

/// At most one terminal outcome per operation and rank; exactly one at the close, and the six classes add up to the
/// targets.
package struct OneOutcome: Checker {
    package static let name = "OneOutcome"
    private var closed: Set<OperationID> = []

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        switch observation {
        case .noticed(.progress(let id, _, _)):
            // One event may have brought more than one notice: the state is later than the first of them.
            guard let state = world.controller.state(of: id) else { return }
            let terminal = state.rollup.terminal
            let sum = state.rollup.buckets.reduce(0) { $0 + $1.ranks.count }
            if sum != terminal.count { world.violate(Self.name, "\(id) has two outcomes for one rank") }
            if !terminal.isSubset(of: state.targets) { world.violate(Self.name, "\(id): an outcome of no target") }
        case .noticed(.closed(let id, let buckets, _)):
            if !closed.insert(id).inserted { world.violate(Self.name, "\(id) was closed again") }
            let all = buckets.reduce(into: RankSet()) { $0.formUnion($1.ranks) }
            let sum = buckets.reduce(0) { $0 + $1.ranks.count }
            let targets = world.records.targets[id] ?? RankSet()
            if all != targets || sum != targets.count {
                world.violate(Self.name, "\(id): \(sum) outcomes on \(all) of \(targets)")
            }
        case .appended(let batch):
            for case .settle(let settlement) in (try? batch.decoded()) ?? [] {
                let all = settlement.buckets.reduce(into: RankSet()) { $0.formUnion($1.ranks) }
                let sum = settlement.buckets.reduce(0) { $0 + $1.ranks.count }
                if all.count != sum { world.violate(Self.name, "\(settlement.operation) is settled twice for a rank") }
            }
        default:
            break
        }
    }
}
