import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// A simulated command: two pipes, an end, and manners.
package final class WorldProcess {
    /// What a pipe holds that nobody reads (Linux).
    package static let pipeBytes = 64 << 10

    package let id: OperationID
    package let host: WorldHost
    /// The agent that started it.
    let boot: UInt32
    package let script: ProcessScript
    package let beganAt: UInt64
    package var unread: [OutputSegment.Stream: ByteBuffer] = [:]
    package var paused: [OutputSegment.Stream] = []
    package var ended: [OutputSegment.Stream] = []
    package var isExited = false
    package var isClosed = false
    package var isReading: [OutputSegment.Stream] = []

    package init(_ id: OperationID, on host: WorldHost, _ script: ProcessScript, isRead: Bool, at now: UInt64) {
        self.id = id
        self.host = host
        boot = host.boot
        self.script = script
        beganAt = now
        guard isRead else { return }
        unread[.standardOutput] = script.standardOutput
        unread[.standardError] = script.standardError
    }

    package func pause(_ stream: OutputSegment.Stream) {
        if !paused.contains(stream) { paused.append(stream) }
    }

    /// Whether all that is left fits into the pipes, so that the command can have written it and ended.
    package var fitsIntoPipes: Bool {
        unread.values.allSatisfy { $0.readableBytes <= Self.pipeBytes }
    }

    /// What was not written yet will never be.
    package func stopWriting() {
        for stream in [OutputSegment.Stream.standardOutput, .standardError] {
            guard let bytes = unread[stream], bytes.readableBytes > Self.pipeBytes else { continue }
            unread[stream] = bytes.getSlice(at: bytes.readerIndex, length: Self.pipeBytes)
        }
    }
}
