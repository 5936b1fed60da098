import Glibc
import NIOCore
import PlushWire
import Synchronization

/// A client's end of the socket of an overlay: frames out, frames in, on whatever thread blocks for them. One reader;
/// any number of writers.
final class ServiceSocket: Sendable {
    private let name: String
    private let descriptor: Int32
    private let input = Mutex(ByteBuffer())
    private let writing = Mutex(())

    init(_ name: String, path: String) throws(ControllerError) {
        self.name = name
        descriptor = try UnixSocket.connect(path)
    }

    deinit {
        close(descriptor)
    }

    /// How long ``receive()`` waits; 0: for ever.
    func setPatience(seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ request: ServiceRequest) throws(ControllerError) {
        let frame = request.encode()
        let isSent = writing.withLock { _ in
            frame.withUnsafeReadableBytes { raw in
                var rest = raw
                while !rest.isEmpty {
                    let count = Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { return false }
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
                }
                return true
            }
        }
        guard isSent else { throw gone }
    }

    /// The next reply. Throws what the controller refuses, or that it has gone.
    func receive() throws(ControllerError) -> ServiceReply {
        let reply: ServiceReply
        do {
            let frame = try input.withLock { try nextFrame(&$0) }
            reply = try ServiceReply(frame)
        } catch {
            throw error as? ControllerError ?? ControllerError(.tree, "the controller of overlay \(name): \(error)")
        }
        if case .failure(let error, _) = reply { throw error }
        return reply
    }

    private func nextFrame(_ input: inout ByteBuffer) throws -> FrameDecoder.Frame {
        let decoder = FrameDecoder(frameBytesMax: ServiceLimits.replyBytesMax)
        while true {
            if let frame = try decoder.next(from: &input) {
                if input.readableBytes == 0 { input.clear() }
                return frame
            }
            input.discardReadBytes()
            var failure: Int32 = 0
            let count = input.writeWithUnsafeMutableBytes(minimumWritableBytes: ServiceLimits.readBytes) { room in
                while true {
                    let count = read(descriptor, room.baseAddress, room.count)
                    if count < 0, errno == EINTR { continue }
                    failure = count < 0 ? errno : 0
                    return max(0, count)
                }
            }
            guard count == 0 else { continue }
            throw failure == EAGAIN ? silent : gone
        }
    }

    private var gone: ControllerError {
        ControllerError(
            .tree, "the controller of overlay \(name) has ended",
            remedy: "plush ls shows what is up; what it started ends with its lease")
    }

    private var silent: ControllerError {
        ControllerError(
            .tree, "the controller of overlay \(name) does not answer",
            remedy: "plush ls shows its process; when that ends, its agents end with their lease")
    }
}
