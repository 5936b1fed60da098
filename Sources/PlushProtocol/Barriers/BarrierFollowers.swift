import OrderedCollections
import PlushTree
import PlushWire

/// Which barriers depend on how operations end, at the root: a host on which something before the barrier failed never
/// enters it, and a host whose processes have all ended enters none of theirs any more.
package struct BarrierFollowers: Sendable {
    private var after: OrderedDictionary<OperationID, OrderedSet<BarrierKey>> = [:]
    /// Operations whose processes enter a barrier: where they are to run, and where they have ended.
    private var processes: OrderedDictionary<BarrierKey, OrderedDictionary<OperationID, Processes>> = [:]

    private struct Processes: Sendable {
        let targets: RankSet
        var terminal = RankSet()
    }

    package init() {}

    /// The barrier is entered once the operation has ended well.
    package mutating func add(_ key: BarrierKey, after id: OperationID) {
        after[id, default: []].append(key)
    }

    /// The operation's processes enter the barrier.
    package mutating func add(_ key: BarrierKey, processes id: OperationID, on targets: RankSet) {
        processes[key, default: [:]][id] = Processes(targets: targets)
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
            processes[key]?[id]?.terminal = terminal
            var over = RankSet()
            var open = RankSet()
            for item in (processes[key] ?? [:]).values {
                over.formUnion(item.terminal)
                open.formUnion(item.targets.subtracting(item.terminal))
            }
            over.subtract(open)
            if !over.isEmpty { drops.append((key, over)) }
        }
        return drops
    }
}
