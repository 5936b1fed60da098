import OrderedCollections
import PlushTree
import PlushWire

/// Which barriers depend on how operations end, at the root: a host on which something before the barrier failed never
/// enters it, and a host whose processes have all ended enters none of theirs any more.
package struct BarrierFollowers: Sendable {
    private var after: OrderedDictionary<OperationID, OrderedSet<BarrierKey>> = [:]
    private var processes: OrderedDictionary<BarrierKey, OrderedDictionary<OperationID, RankSet>> = [:]

    package init() {}

    /// The barrier is entered once the operation has ended well.
    package mutating func add(_ key: BarrierKey, after id: OperationID) {
        after[id, default: []].append(key)
    }

    /// The operation's processes enter the barrier.
    package mutating func add(_ key: BarrierKey, processes id: OperationID) {
        processes[key, default: [:]][id] = RankSet()
    }

    package mutating func close(application: String) {
        for id in after.keys {
            after[id]?.removeAll { $0.application == application }
            if after[id]?.isEmpty == true { after[id] = nil }
        }
        for key in processes.keys where key.application == application { processes[key] = nil }
    }

    /// The ranks that will never enter again, by barrier.
    package mutating func ended(
        _ id: OperationID, terminal: RankSet, failed: RankSet
    ) -> [(key: BarrierKey, ranks: RankSet)] {
        var drops: [(key: BarrierKey, ranks: RankSet)] = []
        for key in after[id] ?? [] where !failed.isEmpty { drops.append((key, failed)) }
        for key in processes.keys where processes[key]?[id] != nil {
            processes[key]?[id] = terminal
            let all = Array((processes[key] ?? [:]).values)
            let over = all.dropFirst().reduce(all.first ?? RankSet()) { $0.intersection($1) }
            if !over.isEmpty { drops.append((key, over)) }
        }
        return drops
    }
}
