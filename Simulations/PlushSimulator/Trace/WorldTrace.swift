import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// The order and content of all that happened, as one number.
package struct WorldTrace: Sendable {
    package private(set) var hash: UInt64 = 14_695_981_039_346_656_037

    package init() {}

    package mutating func mix(_ value: UInt64) {
        hash = (hash ^ value) &* 0x0000_0100_0000_01b3
        hash ^= hash >> 31
    }

    package mutating func mix(_ now: UInt64, _ rank: Rank, _ event: Event) {
        mix(now)
        mix(UInt64(rank.value))
        guard case .message(let link, let message) = event else {
            for byte in EventText.describe(event).utf8 { mix(UInt64(byte)) }
            return
        }
        mix(link.value)
        var frame = ByteBuffer()
        WorldTrace.withoutClocks(message).encode(into: &frame)
        mix(WorldTools.hash(frame, seed: 0))
    }

    /// What an agent's clock shows is in two messages; the rest of a life must not depend on it.
    private static func withoutClocks(_ message: Message) -> Message {
        switch message {
        case .heartbeat(let heartbeat):
            return .heartbeat(
                Heartbeat(
                    sentMilliseconds: 0, lagMilliseconds: heartbeat.lagMilliseconds,
                    roundTripMilliseconds: heartbeat.roundTripMilliseconds, applied: heartbeat.applied))
        case .heartbeatReply(let reply):
            return .heartbeatReply(
                HeartbeatReply(
                    echoMilliseconds: 0, rootAgeMilliseconds: reply.rootAgeMilliseconds,
                    lagMilliseconds: reply.lagMilliseconds, path: reply.path))
        default:
            return message
        }
    }
}
