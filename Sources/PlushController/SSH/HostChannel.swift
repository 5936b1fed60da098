import NIOCore
import PlushRuntime

/// The standard input and output of the start command until its output is the agent's: then everything passes through
/// to the launch channel that follows.
///
/// A link that is closed closes only the agent's input: the session stays until the agent's guardian has cleaned up and
/// ended, for as long as that may take.
final class HostChannel: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How long a session outlives its link.
    static let farewellTime = TimeAmount.seconds(3)

    /// Takes what the host's shell prints, until ``passOn(_:to:)``.
    var received: (ByteBuffer) -> Void = { _ in }
    /// Called when whoever uses the channel closes it.
    var closing: () -> Void = {}
    private var farewell: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    private var isPassing = false

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        farewell?.cancel()
        // Breaks the cycle of closures with the launch.
        received = { _ in }
        closing = {}
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard isPassing, mode == .all, farewell == nil else { return context.close(mode: mode, promise: promise) }
        promise?.succeed()
        farewell = context.eventLoop.assumeIsolated().scheduleTask(in: Self.farewellTime) {
            [weak self] () -> Void in
            self?.context?.close(promise: nil)
        }
        closing()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isPassing { context.fireChannelRead(data) } else { received(unwrapInboundIn(data)) }
    }

    /// Writes to the standard input of what runs on the host; the future is done when it is on its way. Nil when the
    /// channel is gone.
    @discardableResult
    func write(_ bytes: ByteBuffer) -> EventLoopFuture<Void>? {
        context?.writeAndFlush(wrapOutboundOut(bytes))
    }

    /// From `rest` on, what comes is the agent's.
    func passOn(_ rest: ByteBuffer, to launch: LaunchChannel) {
        guard let context, !isPassing else { return }
        isPassing = true
        do {
            try context.pipeline.syncOperations.addHandler(launch, position: .after(self))
        } catch {
            context.close(promise: nil)
            return
        }
        if rest.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(rest)) }
    }
}
