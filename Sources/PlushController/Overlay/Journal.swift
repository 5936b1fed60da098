import Dispatch
import Glibc
import NIOCore
import PlushWire

/// The log of wire records on disk, append-only (decision 13): each batch as its length and its bytes. Writes and syncs
/// happen on a queue of their own; what is durable is said on the event loop.
final class Journal: Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "plush.journal")

    /// Creates the file; it must not exist.
    init(path: String) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ControllerError(.tree, "cannot write the journal \(path): errno \(errno)")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Appends a batch; `done` is called on `eventLoop` with whether it is durable.
    func append(_ batch: SignedBatch, on eventLoop: any EventLoop, done: @escaping @Sendable (Bool) -> Void) {
        var writer = WireWriter()
        batch.write(to: &writer)
        var entry = ByteBuffer()
        entry.writeInteger(UInt32(writer.buffer.readableBytes))
        entry.writeImmutableBuffer(writer.buffer)
        let bytes = entry
        queue.async { [descriptor] in
            let isWritten = Self.writeAll(bytes, to: descriptor) && fdatasync(descriptor) == 0
            eventLoop.execute { done(isWritten) }
        }
    }

    /// Calls back on `eventLoop` once all that was appended before has been dealt with.
    func drained(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        queue.async { promise.succeed() }
        return promise.futureResult
    }

    private static func writeAll(_ bytes: ByteBuffer, to descriptor: Int32) -> Bool {
        bytes.withUnsafeReadableBytes { raw in
            var rest = raw
            while !rest.isEmpty {
                let count = write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
            return true
        }
    }
}
