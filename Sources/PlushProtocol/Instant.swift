/// A point of the node's own clock, in nanoseconds from a start that nobody interprets. It counts while the machine
/// sleeps, and it comes in with every event: the core reads no clock.
package struct Instant: Hashable, Comparable, Sendable {
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    package func advanced(byMilliseconds milliseconds: UInt64) -> Instant {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, tooFar) = nanoseconds.addingReportingOverflow(overflow ? UInt64.max : product)
        return Instant(nanoseconds: overflow || tooFar ? UInt64.max : sum)
    }

    /// Whole milliseconds since an earlier point; 0 when that point is later.
    package func milliseconds(since earlier: Instant) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? (nanoseconds - earlier.nanoseconds) / 1_000_000 : 0
    }

    package var milliseconds: UInt64 {
        nanoseconds / 1_000_000
    }
}

/// The runtime's name for one authenticated connection; never reused.
package struct LinkID: Hashable, Sendable {
    package let value: UInt64

    package init(_ value: UInt64) {
        self.value = value
    }
}
