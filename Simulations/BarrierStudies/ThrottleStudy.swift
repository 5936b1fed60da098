import PlushProtocol

/// Transfers behind a throttled barrier, in virtual time: the clients share the server's rate evenly.
package enum ThrottleStudy {
    /// How many are let through at a time.
    package enum Limit: Sendable {
        case fixed(Int)
        case adaptive(any AdaptiveLimit)
    }

    /// What came of a run.
    package struct Outcome: Sendable {
        /// Until the last client had finished.
        package let seconds: Double
        /// When each had finished, in order.
        package let completions: [Double]
        /// The limit at the end of each epoch, and the second of it.
        package let limits: [(seconds: Double, limit: Int)]
    }

    /// `moves`: from that second on the best number is another.
    package static func run(
        _ model: TransferModel, count: Int, limit: Limit, moves: (seconds: Double, best: Int)? = nil
    ) -> Outcome {
        var model = model
        var now = 0.0
        var waiting = count
        var remaining: [Double] = []
        var completions: [Double] = []
        var limits: [(seconds: Double, limit: Int)] = []
        var (epochs, allowed): (AdaptiveEpochs?, Int)
        switch limit {
        case .fixed(let number): (epochs, allowed) = (nil, number)
        case .adaptive(let algorithm): (epochs, allowed) = (AdaptiveEpochs(algorithm), algorithm.limit)
        }
        while completions.count < count {
            while waiting > 0, remaining.count < allowed {
                waiting -= 1
                // Files are not quite equal, or all would end at one moment, which nothing real does.
                remaining.append(model.megabytes * (0.9 + 0.2 * Double((waiting * 37) % 100) / 100))
            }
            if let moves, now >= moves.seconds { model.best = moves.best }
            epochs?.waits(waiting > 0, at: instant(now))
            let each = model.fullRate * model.efficiency(remaining.count) / Double(remaining.count)
            let step = (remaining.min() ?? 0) / each
            now += step
            let before = remaining.count
            remaining = remaining.map { $0 - step * each }.filter { $0 > 1e-9 }
            let ended = before - remaining.count
            completions += repeatElement(now, count: ended)
            if let next = epochs?.finished(ended, outstanding: before, at: instant(now)) {
                allowed = next
                limits.append((now, next))
            }
        }
        return Outcome(seconds: now, completions: completions, limits: limits)
    }

    private static func instant(_ seconds: Double) -> Instant {
        Instant(nanoseconds: UInt64(seconds * 1e9))
    }
}
