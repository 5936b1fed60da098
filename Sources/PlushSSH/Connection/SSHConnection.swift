import NIOCore

/// Turns a TCP channel into the standard input and output of one remote command at a time. Sits first in the pipeline:
/// inbound it fires the command's standard output as `ByteBuffer`, outbound it takes `ByteBuffer`s as its standard input.
/// Dialling, `TCP_NODELAY` (a login is a ping-pong of small packets) and deadlines are its owner's.
package final class SSHConnection: ChannelDuplexHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    /// As whom, and with what, to log in.
    package struct Options {
        /// The user on the host.
        package var user: String
        /// The keys, in the order to try.
        package var identities: [SSHIdentity]
        /// Who signs with them.
        package var signer: any SSHSigner
        /// The algorithms of this host's known keys, the preferred ones first; empty: libssh2's own order.
        package var hostKeyAlgorithms: [String]
        /// The key exchanges that are allowed, KexAlgorithms; empty: all that are known.
        package var keyExchanges: [String]

        /// The options.
        package init(
            user: String, identities: [SSHIdentity], signer: any SSHSigner, hostKeyAlgorithms: [String] = [],
            keyExchanges: [String] = []
        ) {
            self.user = user
            self.identities = identities
            self.signer = signer
            self.hostKeyAlgorithms = hostKeyAlgorithms
            self.keyExchanges = keyExchanges
        }
    }

    let options: Options
    /// Nil when there is nothing to tell any more.
    var owner: (any SSHConnectionOwner)?
    var state = State.idle
    var greeting = SSHGreeting()
    var authentication: SSHAuthentication
    var signature: PendingSignature?
    var inputQueue = SSHInputQueue()
    /// Nil before the channel is there and after it is gone.
    var context: ChannelHandlerContext?
    /// The server will send nothing more.
    var inputHasEnded = false
    private var isDriving = false
    private var mustDriveAgain = false
    private var isReading = false
    private var wasWritable = true

    /// Makes a handler for one channel, active already or not.
    package init(_ options: Options, owner: any SSHConnectionOwner) {
        self.options = options
        self.owner = owner
        authentication = SSHAuthentication(user: options.user, identities: options.identities)
    }

    /// Whether input for the command goes on its way at once; a change is fired as `channelWritabilityChanged`.
    package var isWritable: Bool {
        !inputQueue.isFull && context?.channel.isWritable ?? false
    }

    /// What the server has said instead of an SSH greeting so far, for whoever gives up waiting for it.
    package var said: String { greeting.said }

    /// Bytes that libssh2 holds for this connection.
    package var sessionBytes: Int { state.session?.heapBytes ?? 0 }

    /// Runs a command by the user's login shell. Allowed from ``SSHStep/ready`` on and after a command's end.
    package func execute(_ command: String) {
        switch state {
        case .ready(let session):
            guard command.utf8.count <= SSHLimits.commandBytesMax, !command.utf8.contains(0) else {
                fail(SSHFailure(.session, "the command is too long for SSH, or has a zero byte in it"))
                return
            }
            inputQueue.open()
            state = .opening(session, command)
            owner?.reached(.execution, self)
            drive()
        case .closed:
            break  // it was lost while the owner made up its mind
        case .idle, .greeting, .keyExchange, .authentication, .opening, .starting, .running, .releasing:
            preconditionFailure("a command is executed in state \(state)")
        }
    }

    /// Ends the command's standard input, after what was written before.
    package func closeInput() {
        inputQueue.end()
        drive()
    }

    /// Says goodbye, as far as the server still listens, and closes the channel. The owner hears nothing any more.
    package func disconnect() {
        owner = nil
        finish(SSHFailure(.closed, "the connection was closed"), farewell: "done")
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive {
            start(context)
        }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        finish(SSHFailure(.closed, "the connection was taken away"), farewell: nil)
        self.context = nil
    }

    package func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        received(unwrapInboundIn(data))
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        flushOutput()
        context.fireChannelReadComplete()
        // Until a command runs there is nobody else to ask for more, should the channel not read by itself.
        switch state {
        case .greeting, .keyExchange, .authentication, .opening, .starting: context.read()
        case .idle, .ready, .running, .releasing, .closed: break
        }
    }

    package func channelInactive(context: ChannelHandlerContext) {
        inputEnded()
        context.fireChannelInactive()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed {
            inputEnded()
        }
        context.fireUserInboundEventTriggered(event)
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset, as a rule: the channel closes by itself then, but not after other errors.
        inputEnded()
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        drive()
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard inputQueue.append(unwrapOutboundIn(data), promise) else {
            promise?.fail(SSHFailure(.session, "no command takes input"))
            return
        }
        tellWritability()
    }

    package func flush(context: ChannelHandlerContext) {
        drive()
    }

    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output {
            closeInput()
            promise?.succeed()
        } else {
            context.close(mode: mode, promise: promise)
        }
    }

    /// Goes on as far as the input allows. Owners call back from within their own calls: those are served in turn.
    func drive() {
        guard !isDriving else {
            mustDriveAgain = true
            return
        }
        isDriving = true
        repeat {
            mustDriveAgain = false
            while advance() {}
            flushOutput()
            tellWritability()
        } while mustDriveAgain
        isDriving = false
    }

    /// Sends what libssh2 has made, once per turn of the event loop while that reads.
    func flushOutput() {
        guard let context, let session = state.session, session.output.readableBytes > 0 else { return }
        if isReading, session.output.readableBytes < SSHLimits.sealedBytesMax {
            return
        }
        let output = session.output
        session.output = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
        checkUnreadAnswers(context)
    }

    /// A server that makes us answer and does not read the answers would fill memory: our own writes stop when the
    /// channel is full, the answers of libssh2 do not.
    private func checkUnreadAnswers(_ context: ChannelHandlerContext) {
        guard !context.channel.isWritable, let options = context.channel.syncOptions,
            let unread = try? options.getOption(ChannelOptions.bufferedWritableBytes),
            unread > SSHLimits.unreadAnswersMax
        else { return }
        fail(SSHFailure(.closed, "the server asks for answers and does not read them"))
    }

    private func tellWritability() {
        guard isWritable != wasWritable, let context else { return }
        wasWritable.toggle()
        context.fireChannelWritabilityChanged()
    }
}
