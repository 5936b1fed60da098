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
    static func watch(_ descriptor: Int32, on eventLoop: any EventLoop, received: @escaping () -> Void) {
        let reader = NIOLoopBound(SignalReader(received), eventLoop: eventLoop)
        NIOPipeBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(reader.value) }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
            .whenFailure { error in preconditionFailure("the signal descriptor cannot be watched: \(error)") }
    }
}
