/// What no tree can beat: how soon a message can have reached hosts when every node that has it sends it on all the time.
///
/// Bar-Noy and Kipnis, "Designing broadcasting algorithms in the postal model for message-passing systems".
package enum PostalBound {
    /// P(t): how many nodes, the root included, can have the message `nanoseconds` after the root began to send it;
    /// `Int.max` where that is more.
    ///
    /// It obeys `P(t) = P(t - g) + P(t - g - L)` with `P = 1` before `g + L`. A node at depth d whose path takes the s-th
    /// children has it at `s*g + d*L`, and there are C(s - 1, d - 1) such paths; summed up,
    /// `P(t) = sum over d of C(floor((t - d*L)/g), d)`.
    package static func informed(within nanoseconds: UInt64, costs: LinkCosts) -> Int {
        var total = 1
        var depth: UInt64 = 1
        while true {
            let (latency, overflow) = costs.latencyNanoseconds.multipliedReportingOverflow(by: depth)
            guard !overflow, latency <= nanoseconds else { return total }
            let sends = (nanoseconds - latency) / costs.gapNanoseconds
            guard sends >= depth else { return total }
            let (sum, exceeds) = total.addingReportingOverflow(combinations(sends, depth))
            guard !exceeds else { return .max }
            total = sum
            depth += 1
        }
    }

    /// C(n, k), or `Int.max` where that is more.
    private static func combinations(_ n: UInt64, _ k: UInt64) -> Int {
        let k = Swift.min(k, n - k)
        var value: UInt64 = 1
        for factor in stride(from: 1, through: k, by: 1) {
            // Exact at every step: this is C(n - k + factor, factor), which grows with `factor`.
            let (high, low) = value.multipliedFullWidth(by: n - k + factor)
            guard high < factor else { return .max }
            value = factor.dividingFullWidth((high, low)).quotient
            guard value <= UInt64(Int.max) else { return .max }
        }
        return Int(value)
    }

    /// The earliest time at which `count` hosts can have the message, in nanoseconds: the optimal tree's completion.
    package static func earliest(count: Int, costs: LinkCosts) -> UInt64 {
        guard count > 0 else { return 0 }
        var low: UInt64 = 0
        var high = FanOut.star(count: count, costs: costs)
        while low < high {
            let middle = low + (high - low) / 2
            if informed(within: middle, costs: costs) > count { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
