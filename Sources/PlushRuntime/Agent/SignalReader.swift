import NIOCore
import NIOPosix

/// Calls back whenever a signalfd becomes readable.
final class SignalReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let received: () -> Void

    private init(_ received: @escaping () -> Void) {
        self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received()
    }

    /// Watches a descriptor for the life of the process.
    ///
    /// Taken for a socket, which only ever gets read(2) and epoll: an agent has a link's kind of channel anyway, and a
    /// pipe's kind would cost every start the making of its types and conformances (8 % of an agent's CPU).
    static func watch(_ descriptor: Int32, on eventLoop: any EventLoop, received: @escaping () -> Void) {
        let reader = NIOLoopBound(SignalReader(received), eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(reader.value) }
            }
            .withConnectedSocket(descriptor)
            .whenFailure { error in preconditionFailure("the signal descriptor cannot be watched: \(error)") }
    }
}
