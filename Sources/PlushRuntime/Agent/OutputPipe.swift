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

    init(_ descriptor: Int32, on eventLoop: any EventLoop, sink: @escaping Sink) {
        state = .idle(descriptor)
        self.eventLoop = eventLoop
        self.sink = sink
    }

    /// Watches the pipe from now on.
    func watch() {
        guard case .idle(let descriptor) = state else { return }
        state = .registering
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

    /// The command has ended: whatever is in an unwatched pipe is read now.
    func drain() {
        guard case .idle(let descriptor) = state, !isPaused else {
            watch()
            return
        }
        while case .idle = state, !isPaused {
            var buffer = ByteBuffer()
            errno = 0
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: RuntimeLimits.pipeReadBytes) { raw in
                max(0, read(descriptor, raw.baseAddress, RuntimeLimits.pipeReadBytes))
            }
            if count > 0 {
                sink(buffer)
            } else if errno == EINTR {
                continue
            } else if errno == EAGAIN, isHeldOpen(descriptor) {
                // Something that the command left behind holds the pipe: wait for it as long as the node says.
                watch()
            } else {
                Glibc.close(descriptor)
                end()
            }
        }
        if case .idle = state { watch() }
    }

    /// read() gave nothing: end of file, or an empty pipe that has writers.
    private func isHeldOpen(_ descriptor: Int32) -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&poll, 1, 0) == 0
    }

    func setPaused(_ paused: Bool) {
        isPaused = paused
        guard case .watched(let channel) = state else { return }
        channel.setOption(.autoRead, value: !paused).whenComplete { _ in }
        if !paused { channel.read() }
    }

    /// Closes without reading on; the sink hears nothing more.
    func close() {
        switch state {
        case .idle(let descriptor): Glibc.close(descriptor)
        case .watched(let channel): channel.close(promise: nil)
        case .registering, .ended: break
        }
        state = .ended
    }

    fileprivate func received(_ bytes: ByteBuffer) {
        if case .watched = state { sink(bytes) }
    }

    fileprivate func end() {
        if case .ended = state { return }
        state = .ended
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
