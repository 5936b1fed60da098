import NIOCore
import NIOPosix

/// Calls back for each signal that a signalfd tells of.
final class SignalReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// One `signalfd_siginfo`, which begins with the number of the signal; a read gives whole ones only.
    private static let recordBytes = 128

    private let received: (Int32) -> Void

    private init(_ received: @escaping (Int32) -> Void) {
        self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        while var record = bytes.readSlice(length: Self.recordBytes) {
            if let number = record.readInteger(endianness: .host, as: Int32.self) { received(number) }
        }
    }

    /// Watches a descriptor for the life of the process.
    ///
    /// Taken for a socket, which only ever gets read(2) and epoll: an agent has a link's kind of channel anyway, and a
    /// pipe's kind would cost every start the making of its types and conformances (8 % of an agent's CPU).
    static func watch(_ descriptor: Int32, on eventLoop: any EventLoop, received: @escaping (Int32) -> Void) {
        let reader = NIOLoopBound(SignalReader(received), eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(reader.value) }
            }
            .withConnectedSocket(descriptor)
            .whenFailure { error in preconditionFailure("the signal descriptor cannot be watched: \(error)") }
    }
}
