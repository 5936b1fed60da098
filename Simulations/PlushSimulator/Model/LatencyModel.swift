import PlushTree

/// How long a frame travels once it has left its sender.
package struct LatencyModel: Hashable, Sendable {
    /// One way, between two machines of one site. Nanoseconds.
    package var nanoseconds: UInt64 = 200_000
    /// Added between different sites. Nanoseconds.
    package var betweenSitesNanoseconds: UInt64 = 0
    /// Hosts are dealt out to this many sites in equal runs of ranks; the controller is at the first.
    package var sites = 1
    /// Anything up to this is added to each frame. Nanoseconds.
    package var jitterNanoseconds: UInt64 = 0
    /// Frames of a thousand that take much longer.
    package var tailPerThousand = 0
    /// How much longer.
    package var tail = Distribution.heavy(least: 2_000_000, most: 400_000_000)
    /// Frames of a thousand that are lost once or more, and sent again by TCP.
    package var lossPerThousand = 0
    /// TCP's first wait before it sends again (RFC 6298 has 1 s; Linux's least is 200 ms). It doubles each time.
    package var retransmitNanoseconds: UInt64 = 200_000_000

    package init() {}

    /// The least time that any frame takes between these sites.
    package func base(from sender: Int, to receiver: Int) -> UInt64 {
        nanoseconds + (sender == receiver ? 0 : betweenSitesNanoseconds)
    }

    package func draw(from sender: Int, to receiver: Int, _ random: inout SplitMix64) -> UInt64 {
        var time = base(from: sender, to: receiver)
        if jitterNanoseconds > 0 { time += random.below(jitterNanoseconds) }
        if tailPerThousand > 0, random.happens(perThousand: tailPerThousand) { time += tail.draw(&random) }
        var wait = retransmitNanoseconds
        while lossPerThousand > 0, wait < 16 * retransmitNanoseconds, random.happens(perThousand: lossPerThousand) {
            time += wait
            wait *= 2
        }
        return time
    }

    /// The site of a host, of `count` hosts.
    package func site(of rank: Int, count: Int) -> Int {
        sites > 1 && count > 0 ? rank * sites / count : 0
    }
}
