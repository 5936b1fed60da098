import PlushProtocol

/// A machine's own clock: it starts anywhere and may run a little fast or slow. Nobody reads another one's.
package struct MachineClock: Hashable, Sendable {
    /// What it showed when the world began. Nanoseconds.
    package let offset: UInt64
    /// Millionths by which it is fast (or slow, below 0).
    package private(set) var driftPerMillion: Int64 = 0
    /// The world's time and the clock's own at which it began to run at this rate.
    private var worldStart: UInt64 = 0
    private var localStart: UInt64

    package init(offset: UInt64) {
        self.offset = offset
        localStart = offset
    }

    /// From now on it runs at another rate; it does not jump.
    package mutating func drift(perMillion: Int64, at now: UInt64) {
        localStart = local(at: now).nanoseconds
        worldStart = now
        driftPerMillion = perMillion
    }

    package func local(at now: UInt64) -> Instant {
        let passed = Int64(now - worldStart)
        let extra = passed / 1_000_000 * driftPerMillion + passed % 1_000_000 * driftPerMillion / 1_000_000
        return Instant(nanoseconds: localStart + UInt64(passed + extra))
    }

    /// The first moment of the world at which the clock shows `deadline` or later.
    package func world(for deadline: Instant) -> UInt64 {
        guard deadline.nanoseconds > localStart else { return worldStart }
        let wanted = deadline.nanoseconds - localStart
        guard driftPerMillion != 0 else { return worldStart &+ wanted }
        let rate = UInt64(1_000_000 + driftPerMillion)
        var passed = wanted / rate * 1_000_000 + wanted % rate * 1_000_000 / rate
        while local(at: worldStart + passed) < deadline { passed += 1 }
        while passed > 0, local(at: worldStart + passed - 1) >= deadline { passed -= 1 }
        return worldStart + passed
    }
}
