import PlushWire

/// A fixed rate of release, in windows that expire (rule 12): each window has so many passes, a pass is valid for a
/// while and then void, and a window that was not used is gone. A root or relay that was paused does not catch up.
package struct RatePacer: Sendable {
    package let hosts: Int
    package let periodMilliseconds: Int
    /// What the last window left over of a whole host, in hosts times milliseconds, so that slow rates add up.
    private var credit = 0
    private var lastWindow: Instant?

    package init(hosts: Int, periodMilliseconds: Int) {
        self.hosts = hosts
        self.periodMilliseconds = periodMilliseconds
    }

    private var windowMilliseconds: UInt64 {
        BarrierLimits.rateWindowMilliseconds
    }

    /// The most that may leave in `milliseconds`, whatever happens: passes of the windows that it touches, and of those
    /// before it that were still valid.
    package func mostHosts(inMilliseconds milliseconds: UInt64) -> Int {
        let reach = Int(milliseconds + 2 * windowMilliseconds + BarrierLimits.passMilliseconds)
        return hosts * reach / periodMilliseconds + 1
    }

    /// When the next window begins; the first begins at once.
    package func nextWindow(at now: Instant) -> Instant {
        lastWindow.map { max(now, $0.advanced(byMilliseconds: windowMilliseconds)) } ?? now
    }

    /// Begins a window, if it is time, and says how many hosts may leave in it.
    package mutating func open(at now: Instant) -> Int {
        guard let last = lastWindow else {
            lastWindow = now
            credit = periodMilliseconds  // the first host leaves at once
            return takeWhole()
        }
        guard now.milliseconds(since: last) >= windowMilliseconds else { return 0 }
        lastWindow = now
        credit += hosts * Int(windowMilliseconds)
        return takeWhole()
    }

    private mutating func takeWhole() -> Int {
        let whole = credit / periodMilliseconds
        credit -= whole * periodMilliseconds
        return whole
    }
}
