/// Finds how many hosts may be past a barrier at a time, from how fast they get through, and follows it when the best
/// number changes.
package protocol AdaptiveLimit: Sendable {
    /// The limit in force.
    var limit: Int { get }
    /// Takes what was seen over one epoch at that limit, and sets the limit of the next.
    mutating func endEpoch(_ epoch: LimitEpoch)
}

/// What is measured while one limit is in force.
package struct LimitEpoch: Hashable, Sendable {
    /// Permits that were given back, which is work done.
    package let finished: Int
    package let milliseconds: UInt64
    /// How long those permits had been held on average.
    package let heldMilliseconds: Double
    /// Whether the limit was what held hosts back: an epoch in which fewer were waiting says nothing about it.
    package let wasFull: Bool

    package init(finished: Int, milliseconds: UInt64, heldMilliseconds: Double, wasFull: Bool = true) {
        self.finished = finished
        self.milliseconds = milliseconds
        self.heldMilliseconds = heldMilliseconds
        self.wasFull = wasFull
    }

    /// Hosts per second.
    package var throughput: Double {
        milliseconds == 0 ? 0 : Double(finished) * 1_000 / Double(milliseconds)
    }
}

/// Additive increase, multiplicative decrease (D. Chiu and R. Jain, *Analysis of the increase and decrease algorithms
/// for congestion avoidance*, 1989): one more permit per epoch that went well, a tenth less after one that did not. An
/// epoch goes badly when a host took more than `tolerance` times as long as in the best one so far.
package struct AdditiveIncreaseLimit: AdaptiveLimit {
    package private(set) var limit: Int
    private let maximum: Int
    private let tolerance: Double
    private var exact: Double
    private var best: Double?

    package init(start: Int, maximum: Int, tolerance: Double = 1.5) {
        self.maximum = max(1, maximum)
        self.tolerance = tolerance
        limit = min(max(1, start), self.maximum)
        exact = Double(limit)
    }

    package mutating func endEpoch(_ epoch: LimitEpoch) {
        guard epoch.finished > 0 else { return }
        let reference = min(best ?? epoch.heldMilliseconds, epoch.heldMilliseconds)
        // A floor that is never forgotten would call everything slow for ever once the hosts have become slower.
        best = reference * 1.01
        if epoch.heldMilliseconds > tolerance * reference {
            exact *= 0.9
        } else if epoch.wasFull {
            exact += Double(epoch.finished) / exact
        }
        exact = min(max(1, exact), Double(maximum))
        limit = Int(exact.rounded())
    }
}

/// The limit times the ratio of the time that hosts take in the long run to what they take now, bounded by a half and
/// one, and a little more to see whether more is possible (the *gradient2* limit of Netflix's concurrency-limits, 2018).
package struct GradientLimit: AdaptiveLimit {
    package private(set) var limit: Int
    private let maximum: Int
    private let tolerance: Double
    private let smoothing = 0.2
    private var exact: Double
    private var longHeld: Double?

    package init(start: Int, maximum: Int, tolerance: Double = 1.5) {
        self.maximum = max(1, maximum)
        self.tolerance = tolerance
        limit = min(max(1, start), self.maximum)
        exact = Double(limit)
    }

    package mutating func endEpoch(_ epoch: LimitEpoch) {
        guard epoch.finished > 0, epoch.heldMilliseconds > 0 else { return }
        var long = longHeld ?? epoch.heldMilliseconds
        long += (epoch.heldMilliseconds - long) * 0.1
        // After a slow time the average comes down faster, or the limit would stay high for as long.
        if long > 2 * epoch.heldMilliseconds { long *= 0.95 }
        longHeld = long
        guard epoch.wasFull else { return }
        let gradient = min(1, max(0.5, tolerance * long / epoch.heldMilliseconds))
        let next = exact * gradient + exact.squareRoot()
        exact = min(max(1, exact * (1 - smoothing) + next * smoothing), Double(maximum))
        limit = Int(exact.rounded())
    }
}
