import Glibc
import NIOCore
import NIOPosix
import PlushWire

/// The reading end of a command's output.
///
/// Most commands are short: nothing is registered with the event loop until a command has run for a while, and one
/// that ends before that is read to the end at once when its exit is noticed.
final class OutputPipe {
    /// What comes out: bytes, or the end (nil).
    typealias Sink = (ByteBuffer?) -> Void

    private enum State {
        /// Not watched.
        case idle(Int32)
        case registering
        case watched(any Channel)
        case ended
    }

    private let eventLoop: any EventLoop
    private let sink: Sink
    private var state: State
    private var isPaused = false
    private var hasCommandEnded = false
    /// A second name of a watched pipe, under which it is read at once when its command has ended. On a starved machine
    /// the event loop's own turn could come later than the end of the time that the node waits.
    private var secondName: Int32 = -1

    init(_ descriptor: Int32, on eventLoop: any EventLoop, sink: @escaping Sink) {
        state = .idle(descriptor)
        self.eventLoop = eventLoop
        self.sink = sink
    }

    /// Watches the pipe from now on.
    func watch() {
        guard case .idle(let descriptor) = state else { return }
        state = .registering
        secondName = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        NIOPipeBootstrap(group: eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(PipeReader(bound.value))
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let channel): self.registered(channel)
                case .failure: self.end()
                }
            }
    }

    private func registered(_ channel: any Channel) {
        guard case .registering = state else {
            channel.close(promise: nil)
            return
        }
        state = .watched(channel)
        setPaused(isPaused)
    }

    /// The command has ended: whatever is in the pipe is read now.
    func drain() {
        hasCommandEnded = true
        guard case .idle(let descriptor) = state, !isPaused else {
            watch()
            readOn()
            return
        }
        while case .idle = state, !isPaused {
            switch Self.read(descriptor) {
            case .bytes(let bytes): sink(bytes)
            // Something that the command left behind holds the pipe: wait for it as long as the node says.
            case .nothing: watch()
            case .end:
                Glibc.close(descriptor)
                end()
            }
        }
        if case .idle = state { watch() }
    }

    /// Reads what is in a watched pipe whose command has ended.
    private func readOn() {
        while secondName >= 0, !isPaused {
            switch Self.read(secondName) {
            case .bytes(let bytes): sink(bytes)
            case .nothing: return
            case .end: return endWatched()
            }
        }
    }

    private func endWatched() {
        let last = state
        end()
        if case .watched(let channel) = last { channel.close(promise: nil) }
    }

    private func dropSecondName() {
        if secondName >= 0 { Glibc.close(secondName) }
        secondName = -1
    }

    private enum Piece {
        case bytes(ByteBuffer)
        /// The pipe is empty and has writers.
        case nothing
        case end
    }

    private static func read(_ descriptor: Int32) -> Piece {
        var buffer = ByteBuffer()
        var failure: Int32 = 0
        let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: RuntimeLimits.pipeReadBytes) { raw in
            while true {
                let count = Glibc.read(descriptor, raw.baseAddress, RuntimeLimits.pipeReadBytes)
                if count >= 0 { return count }
                // Kept at once: anything that runs in between may set it anew.
                failure = errno
                if failure != EINTR { return 0 }
            }
        }
        if count > 0 { return .bytes(buffer) }
        return failure == EAGAIN ? .nothing : .end
    }

    func setPaused(_ paused: Bool) {
        isPaused = paused
        if hasCommandEnded { readOn() }
        guard case .watched(let channel) = state else { return }
        channel.setOption(.autoRead, value: !paused).whenComplete { _ in }
        if !paused { channel.read() }
    }

    /// Closes without reading on; the sink hears nothing more.
    func close() {
        let last = state
        // The channel may say at once that it has ended.
        state = .ended
        dropSecondName()
        switch last {
        case .idle(let descriptor): Glibc.close(descriptor)
        case .watched(let channel): channel.close(promise: nil)
        case .registering, .ended: break
        }
    }

    fileprivate func received(_ bytes: ByteBuffer) {
        if case .watched = state { sink(bytes) }
    }

    fileprivate func end() {
        if case .ended = state { return }
        state = .ended
        dropSecondName()
        sink(nil)
    }
}

/// The event loop's side of a watched pipe.
private final class PipeReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let pipe: OutputPipe

    init(_ pipe: OutputPipe) {
        self.pipe = pipe
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pipe.received(unwrapInboundIn(data))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        pipe.end()
    }
}
