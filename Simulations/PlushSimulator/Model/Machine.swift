/// What the controller's machine and a host have in common.
package struct Machine: Hashable, Sendable {
    package var clock: MachineClock
    package let site: Int
    package var egress = Egress()
    /// Until when it handles what has come before.
    package var busyUntil: UInt64 = 0
    /// How many times longer everything takes on it.
    package var slowness: UInt64 = 1
    /// Messages that it has sent and received since ``World/clearCounts()``, and their bytes.
    package var counts = MessageCounts()
    /// Nanoseconds that it has spent on receiving.
    package var receiveNanoseconds: UInt64 = 0

    package init(clock: MachineClock, site: Int) {
        self.clock = clock
        self.site = site
    }

    /// On a slow machine a message costs at least this, whatever the cost model says: otherwise being slow would be
    /// free in a world without costs.
    private static let slowNanoseconds: UInt64 = 50_000

    /// Serial time for something that costs `nanoseconds` on a machine in good health.
    package func time(for nanoseconds: UInt64) -> UInt64 {
        slowness == 1 ? nanoseconds : max(nanoseconds, Self.slowNanoseconds) * slowness
    }
}
