import NIOCore

/// Keeps the order of questions and answers on a connection to an ssh-agent.
final class KeyAgentHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Takes an answer, or why there is none. Throws where the answer shows that the order is lost.
    typealias Completion = (Result<KeyAgentReply, SSHFailure>) throws(SSHFailure) -> Void

    private let path: String
    private var pending = CircularBuffer<Completion>()
    private var failure: SSHFailure?

    init(path: String) { self.path = path }

    /// Sends a request. `completion` is called once, perhaps before this returns.
    func send(_ request: KeyAgentRequest, on channel: any Channel, completion: @escaping Completion) {
        channel.eventLoop.preconditionInEventLoop()
        if let failure { return refuse(failure, completion) }
        guard request.bytes <= KeyAgentLimits.messageBytesMax else {
            return refuse(SSHFailure(.authentication, "a request is too large for an ssh-agent"), completion)
        }
        guard pending.count < KeyAgentLimits.pendingMax else {
            return refuse(SSHFailure(.authentication, "too many signatures are waiting for the ssh-agent"), completion)
        }
        pending.append(completion)
        var buffer = channel.allocator.buffer(capacity: 4 + request.bytes)
        request.write(to: &buffer)
        channel.writeAndFlush(buffer, promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard failure == nil else { return }
        do throws(SSHFailure) {
            guard !pending.isEmpty else { throw KeyAgentReply.malformed("an answer to no question") }
            let reply = try KeyAgentReply(unwrapInboundIn(data))
            try pending.removeFirst()(.success(reply))
        } catch {
            fail(error, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let words = (error as? IOError).map { SystemWords.of($0.errnoCode) } ?? "\(error)"
        fail((error as? SSHFailure) ?? gone(words), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(gone("it closed the connection"), context)
        context.fireChannelInactive()
    }

    private func fail(_ reason: SSHFailure, _ context: ChannelHandlerContext) {
        guard failure == nil else { return }
        failure = reason
        let waiting = pending
        pending.removeAll()
        for completion in waiting { refuse(reason, completion) }
        context.close(promise: nil)
    }

    private func gone(_ words: String) -> SSHFailure {
        SSHFailure(
            .authentication, "the ssh-agent at \(path) is gone: \(words)",
            remedy: "start it again and add the keys (ssh-add), or name a key file (--identity)")
    }

    /// Tells why there is no answer; that an order is lost says nothing any more.
    private func refuse(_ reason: SSHFailure, _ completion: Completion) {
        try? completion(.failure(reason))
    }
}
