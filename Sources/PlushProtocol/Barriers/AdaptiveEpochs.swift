/// Cuts the work behind an adaptive limit into epochs of as many finished hosts as the limit is, half a round apart: the
/// hosts that began under the limit before would say little of the new one.
package struct AdaptiveEpochs: Sendable {
    private var algorithm: any AdaptiveLimit
    private var beganAt: Instant?
    private var finishedCount = 0
    private var wasFull = true
    /// Permits that were out, times milliseconds: by Little's law, divided by the number finished, the time each was held.
    private var heldMilliseconds = 0.0
    private var heldSince: Instant?
    /// Hosts that finish before the new limit has taken hold.
    private var settling = 0

    package init(_ algorithm: any AdaptiveLimit) {
        self.algorithm = algorithm
    }

    package var limit: Int {
        algorithm.limit
    }

    /// Whether somebody waits for a permit: only then is the limit what holds them back.
    package mutating func waits(_ isWaiting: Bool, at now: Instant) {
        if beganAt == nil, isWaiting {
            beganAt = now
            heldSince = now
        }
        if !isWaiting { wasFull = false }
    }

    /// Takes finished hosts; returns the new limit when an epoch has ended.
    package mutating func finished(_ count: Int, outstanding: Int, at now: Instant) -> Int? {
        guard count > 0, let began = beganAt else { return nil }
        if let heldSince { heldMilliseconds += Double(now.milliseconds(since: heldSince)) * Double(outstanding) }
        heldSince = now
        if settling > 0 {
            settling -= count
            if settling <= 0 { begin(at: now) }
            return nil
        }
        finishedCount += count
        guard finishedCount >= max(4, algorithm.limit), now.milliseconds(since: began) > 0 else { return nil }
        let before = algorithm.limit
        algorithm.endEpoch(
            LimitEpoch(
                finished: finishedCount, milliseconds: now.milliseconds(since: began),
                heldMilliseconds: heldMilliseconds / Double(finishedCount), wasFull: wasFull))
        begin(at: now)
        settling = algorithm.limit == before ? 0 : before / 2
        return algorithm.limit
    }

    private mutating func begin(at now: Instant) {
        beganAt = now
        heldSince = now
        finishedCount = 0
        heldMilliseconds = 0
        wasFull = true
    }
}
