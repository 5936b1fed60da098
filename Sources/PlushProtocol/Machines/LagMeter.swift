/// How late this node's own timers come: on a starved machine everybody is late, and nobody is dead (rule 9).
package struct LagMeter: Sendable {
    /// The largest lateness of late, halving with every timer that is on time.
    package private(set) var milliseconds: UInt64 = 0

    package init() {}

    package mutating func timer(due deadline: Instant, at now: Instant) {
        milliseconds = max(now.milliseconds(since: deadline), milliseconds / 2)
    }

    /// How long a peer may be silent before it counts as gone.
    package func silenceMilliseconds(peerLag: UInt64, heartbeat: UInt64) -> UInt64 {
        max(ProtocolLimits.silenceFloorMilliseconds, ProtocolLimits.silentHeartbeats * heartbeat)
            + ProtocolLimits.lagFactor * max(milliseconds, peerLag)
    }
}
