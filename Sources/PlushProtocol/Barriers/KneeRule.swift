/// The knee with its guards: never before a minimum is there, never after the hard time-out.
package struct KneeRule: Sendable {
    package let detector: any KneeDetector

    /// The best of the comparison in the article "Barriers": gaps alone give up a quarter of hosts whose times are
    /// exponential, so silence must also be long for the time that has passed.
    package static let standard = KneeRule(detector: GapDeviationDetector(floorShare: 0.3))

    package init(detector: any KneeDetector) {
        self.detector = detector
    }

    /// When to release if nobody else arrives, counted from the first arrival; nil: not by this.
    package func releaseMilliseconds(
        after arrivals: ArrivalHistogram, minimum: Int, timeoutMilliseconds: UInt64?
    ) -> UInt64? {
        var time = timeoutMilliseconds
        if let minimumTime = arrivals.milliseconds(ofArrival: minimum),
            let verdict = detector.verdictMilliseconds(after: arrivals)
        {
            time = min(time ?? UInt64.max, max(verdict, minimumTime))
        }
        return time
    }
}
