/// Climbs the curve of throughput over limit: it keeps the best limit seen, tries one beside it in each epoch, moves on
/// in a direction for as long as that pays, with larger steps while the gain keeps up with the step, and takes smaller
/// ones near the top. When throughput at the same limit has changed much, the top has moved, and steps are large again.
///
/// After J. L. Hellerstein, V. Morrison and E. Eilebrecht, *Applying control theory in the real world: experience with
/// building a controller for the .NET thread pool*, 2009, which finds its gradient by such trials.
package struct ThroughputClimb: AdaptiveLimit {
    package private(set) var limit: Int
    private let maximum: Int
    /// A gain that chance may make.
    private let noise: Double
    private var best: (limit: Int, throughput: Double)?
    /// The factor from the best limit to the one tried.
    private var step = Self.stepMax
    private var goesUp = true
    /// Trials at the best limit's two sides that did not pay since it was found.
    private var failures = 0
    /// The best limit was reached by a step that paid: the way back is known to be worse.
    private var isBracketed = false

    private static let stepMin = 1.08
    private static let stepMax = 1.6
    /// A loss after a small step that the step cannot have caused, or a change at the same limit.
    private static let shift = 0.2

    package init(start: Int, maximum: Int, noise: Double = 0.02) {
        self.maximum = max(1, maximum)
        self.noise = noise
        limit = min(max(1, start), self.maximum)
    }

    package mutating func endEpoch(_ epoch: LimitEpoch) {
        guard epoch.finished > 0, epoch.wasFull else { return }
        let seen = (limit: limit, throughput: epoch.throughput)
        if let best {
            learn(seen, best)
        } else {
            best = seen
        }
        aim()
    }

    private mutating func learn(
        _ seen: (limit: Int, throughput: Double), _ best: (limit: Int, throughput: Double)
    ) {
        let gain = seen.throughput / max(best.throughput, 1e-9) - 1
        let distance = Double(max(seen.limit, best.limit)) / Double(min(seen.limit, best.limit))
        if seen.limit == best.limit {
            if abs(gain) > Self.shift { topMoved(up: gain > 0) }
            self.best = seen
            failures = 0
        } else if gain < -Self.shift, distance < 1.3 {
            topMoved(up: false)
            self.best = seen
        } else if gain > noise {
            // A gain nearly as large as the step means that the top is far.
            if gain > 0.4 * (distance - 1) { step = min(Self.stepMax, step * step) }
            self.best = seen
            failures = 0
            isBracketed = true
        } else {
            failed()
        }
    }

    private mutating func topMoved(up: Bool) {
        step = Self.stepMax
        goesUp = up
        failures = 0
        isBracketed = false
    }

    private mutating func failed() {
        if isBracketed {
            isBracketed = false
            step = max(Self.stepMin, step.squareRoot())
            return
        }
        failures += 1
        goesUp.toggle()
        if failures == 2 { step = max(Self.stepMin, step.squareRoot()) }
    }

    /// Sets the next limit: beside the best, or the best itself once both sides are known to be worse, because what
    /// it gave may have changed.
    private mutating func aim() {
        guard let best else { return }
        if failures >= 2 {
            limit = best.limit
            return
        }
        let next = Int((Double(best.limit) * (goesUp ? step : 1 / step)).rounded())
        limit = min(max(1, next == best.limit ? next + (goesUp ? 1 : -1) : next), maximum)
    }
}
