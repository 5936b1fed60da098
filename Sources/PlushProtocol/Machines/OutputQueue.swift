import DequeModule
import OrderedCollections
import PlushWire

/// Segments on their way to the parent: one queue per source, served in turn, so that a chatty host delays its
/// siblings by at most one segment. What is sent is limited by the parent's credit alone.
package struct OutputQueue: Sendable {
    /// What keeps its order among itself. Folded segments share one lane per operation: a merged one carries ranks of
    /// several sources, and must not overtake an earlier segment of any of them.
    package enum Lane: Hashable, Sendable {
        case source(OutputSource)
        case folded(OperationID)
    }

    private var queues: OrderedDictionary<Lane, Deque<(segment: OutputSegment, source: OutputSource)>> = [:]
    private var turn = 0
    private var allowance = CreditAllowance(granted: 0)

    package init() {}

    package var isEmpty: Bool {
        queues.isEmpty
    }

    /// A new parent: its first grant replaces all that an earlier one gave.
    package mutating func reset(granted: UInt64) {
        allowance = CreditAllowance(granted: granted)
    }

    package mutating func grant(upTo total: UInt64) {
        allowance.grant(upTo: total)
    }

    package mutating func add(_ segment: OutputSegment, from source: OutputSource, in lane: Lane) {
        queues[lane, default: Deque()].append((segment, source))
    }

    /// What waits in a lane is made anew by whoever put it there.
    package mutating func remove(_ lane: Lane) {
        queues.removeValue(forKey: lane)
    }

    /// The next segment in turn, when the credit allows it.
    package mutating func next() -> (segment: OutputSegment, source: OutputSource)? {
        guard !queues.isEmpty else { return nil }
        if turn >= queues.count { turn = 0 }
        guard let (segment, source) = queues.values[turn].first, allowance.use(segment.creditBytes) else { return nil }
        queues.values[turn].removeFirst()
        if queues.values[turn].isEmpty {
            queues.remove(at: turn)
        } else {
            turn += 1
        }
        return (segment, source)
    }
}
