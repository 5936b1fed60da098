/// A machine's way out: one message after another, over all its links. Output and chunks give way to all others.
package struct Egress: Hashable, Sendable {
    private var controlUntil: UInt64 = 0
    private var bulkUntil: UInt64 = 0
    /// How long it has been busy in all. Nanoseconds.
    package private(set) var busyNanoseconds: UInt64 = 0

    package init() {}

    /// When a message that takes `cost` has left.
    package mutating func send(cost: UInt64, isBulk: Bool, at now: UInt64) -> UInt64 {
        busyNanoseconds += cost
        let left = max(controlUntil, isBulk ? bulkUntil : 0, now) + cost
        if isBulk { bulkUntil = left } else { controlUntil = left }
        return left
    }

    package func left(at now: UInt64) -> UInt64 {
        max(controlUntil, bulkUntil, now)
    }
}
