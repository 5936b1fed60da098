import NIOCore
import NIOPosix

@testable import PlushSSH

/// What a command gave.
struct CommandResult: Sendable {
    var output: [UInt8] = []
    var error: [UInt8] = []
    var exit = SSHExit.code(-1)

    var text: String { String(decoding: output, as: UTF8.self) }
}

/// Owns a connection: runs commands one after the other, and remembers everything.
final class TestClient: SSHConnectionOwner, ChannelInboundHandler, @unchecked Sendable {  // used on its event loop
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    static let pieceBytes = 20_000

    let loop: any EventLoop
    let signer: TestSigner
    private(set) var steps: [SSHStep] = []
    private(set) var hostKeys: [SSHHostKey] = []
    private(set) var failures: [SSHFailure] = []
    private(set) var callsAfterFailure = 0
    private(set) var unsentMax = 0
    private(set) var pauses = 0
    private(set) lazy var connection = SSHConnection(options, owner: self)
    private let options: SSHConnection.Options
    /// Judges the host key.
    var refusal: SSHFailure?
    /// Called with each piece of output.
    var outputArrived: (@Sendable (TestClient, [UInt8]) -> Void)?
    /// Called at each step.
    var stepReached: (@Sendable (TestClient, SSHStep) -> Void)?
    private let ready: EventLoopPromise<Void>
    private var command: EventLoopPromise<CommandResult>?
    private var result = CommandResult()
    private var input: ByteBuffer?
    private var unsent = 0
    private var context: ChannelHandlerContext?

    init(
        _ user: String, _ identities: [SSHIdentity], _ signer: TestSigner, _ algorithms: [String] = [],
        on loop: any EventLoop
    ) {
        self.loop = loop
        self.signer = signer
        ready = loop.makePromise()
        options = SSHConnection.Options(
            user: user, identities: identities, signer: signer, hostKeyAlgorithms: algorithms)
    }

    /// Dials, and is ready when a command can be run.
    func connect(_ port: Int, _ before: [any ChannelHandler & Sendable] = []) -> EventLoopFuture<Void> {
        let bootstrap = ClientBootstrap(group: loop).channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handlers = before.map { $0 as any ChannelHandler } + [self.connection, self]
                    try channel.pipeline.syncOperations.addHandlers(handlers)
                }
            }
        bootstrap.connect(host: "127.0.0.1", port: port).whenFailure { self.ready.fail($0) }
        return ready.futureResult
    }

    /// Runs a command; its input ends after `input`, unless that is nil.
    func run(_ line: String, _ input: [UInt8]? = []) -> EventLoopFuture<CommandResult> {
        loop.flatSubmit {
            // Lost between the login and this turn of the event loop.
            if let failure = self.failures.first { return self.loop.makeFailedFuture(failure) }
            let promise = self.loop.makePromise(of: CommandResult.self)
            self.command = promise
            self.result = CommandResult()
            self.connection.execute(line)
            self.input = input.map(ByteBuffer.init(bytes:))
            self.pump()
            return promise.futureResult
        }
    }

    /// Writes to the command's input.
    func write(_ bytes: [UInt8]) -> EventLoopFuture<Void> {
        guard let context else { return loop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
        return context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)))
    }

    /// Nobody waits any more for what will not come.
    func abandon() {
        ready.fail(ChannelError.alreadyClosed)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).readableBytesView)
        result.output += bytes
        outputArrived?(self, bytes)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        pump()
    }

    /// Writes while the connection is writable, and not a byte more.
    private func pump() {
        guard let context, var input else { return }
        while connection.isWritable, input.readableBytes > 0 {
            let piece = input.readSlice(length: min(input.readableBytes, Self.pieceBytes)) ?? ByteBuffer()
            unsent += piece.readableBytes
            unsentMax = max(unsentMax, unsent)
            context.writeAndFlush(wrapOutboundOut(piece)).assumeIsolated().whenComplete { _ in
                self.unsent -= piece.readableBytes
            }
        }
        self.input = input
        if input.readableBytes == 0 {
            self.input = nil
            connection.closeInput()
        } else {
            pauses += 1
        }
    }

    func reached(_ step: SSHStep, _ connection: SSHConnection) {
        noteCall()
        steps.append(step)
        stepReached?(self, step)
        if step == .ready { ready.succeed() }
    }

    func refusal(of key: SSHHostKey, _ connection: SSHConnection) -> SSHFailure? {
        noteCall()
        hostKeys.append(key)
        return refusal
    }

    func errorOutput(_ bytes: ByteBuffer, _ connection: SSHConnection) {
        noteCall()
        result.error += bytes.readableBytesView
    }

    func commandEnded(_ exit: SSHExit, _ connection: SSHConnection) {
        noteCall()
        result.exit = exit
        let command = command
        self.command = nil
        command?.succeed(result)
    }

    func failed(_ failure: SSHFailure, _ connection: SSHConnection) {
        noteCall()
        failures.append(failure)
        ready.fail(failure)
        command?.fail(failure)
    }

    private func noteCall() {
        callsAfterFailure += failures.isEmpty ? 0 : 1
    }
}
