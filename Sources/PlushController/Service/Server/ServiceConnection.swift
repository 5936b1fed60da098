import NIOCore
import PlushWire

/// One client on the socket: its requests, one at a time, and the operation that it follows. What it says wrongly, and
/// that it goes away, concerns nobody else.
final class ServiceConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum State {
        /// It has not said who it is.
        case greeting
        /// It may ask for something.
        case idle
        /// The input of a command comes.
        case uploading(OperationUpload)
        /// It is told what happens.
        case following(OverlayOperation, SpoolReader, waits: Bool)
        /// An answer will come.
        case waiting
        case closed
    }

    let hub: ServiceHub
    var state = State.greeting
    private(set) var context: ChannelHandlerContext?
    private var input = ByteBuffer()
    private let decoder = FrameDecoder(frameBytesMax: ServiceLimits.requestBytesMax)
    private var greetingTimer: Scheduled<Void>?

    init(_ hub: ServiceHub) {
        self.hub = hub
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        guard hub.admit(self) else {
            return refuse(
                ControllerError(
                    .tree, "overlay \(hub.name) has \(ServiceLimits.connectionsMax) clients, and takes no more"))
        }
        greetingTimer = context.eventLoop.assumeIsolated().scheduleTask(in: ServiceLimits.greeting) { [weak self] in
            self?.refuse(ControllerError(.usage, "nothing was said"))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        input.writeBuffer(&bytes)
        readRequests()
    }

    private func readRequests() {
        do {
            while !isClosed, let frame = try decoder.next(from: &input) { take(try ServiceRequest(frame)) }
            input.discardReadBytes()
        } catch {
            refuse(ControllerError(.usage, "\(error)"))
        }
    }

    var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    private func take(_ request: ServiceRequest) {
        switch state {
        case .greeting: greet(request)
        case .idle:
            do throws(ControllerError) {
                try answer(request)
            } catch {
                say(.failure(error, isFinal: false))
            }
        case .uploading(let upload): add(request, to: upload)
        case .following(let operation, _, _):
            // It may come after the end, when that is on the way.
            guard case .interrupt = request else { return refuseHaste() }
            operation.interrupt()
        case .waiting:
            guard case .interrupt = request else { return refuseHaste() }
        case .closed: break
        }
    }

    private func refuseHaste() {
        refuse(ControllerError(.usage, "a request came before the last one was answered"))
    }

    private func greet(_ request: ServiceRequest) {
        guard case .hello(let version, _) = request else {
            return refuse(ControllerError(.usage, "the first message is not hello"))
        }
        guard version == ServiceLimits.version else {
            return refuse(
                ControllerError(
                    .usage,
                    "the controller of overlay \(hub.name) speaks version \(ServiceLimits.version) of the "
                        + "protocol, and this plush version \(version)",
                    remedy: "use the plush that built it (\(Controller.version)), or build it anew"))
        }
        greetingTimer?.cancel()
        state = .idle
        say(.welcome(hub.description))
    }

    // MARK: - Answers

    func say(_ reply: ServiceReply) {
        send(reply.encode())
    }

    func send(_ frame: ByteBuffer) {
        context?.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    /// Says why, and nothing more on this connection.
    func refuse(_ error: ControllerError) {
        guard !isClosed, let context else { return }
        leave()
        context.writeAndFlush(wrapOutboundOut(ServiceReply.failure(error, isFinal: true).encode()))
            .assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    func close() {
        leave()
        context?.close(promise: nil)
    }

    /// It has no part in anything any more.
    private func leave() {
        greetingTimer?.cancel()
        hub.left(self)
        let last = state
        state = .closed
        switch last {
        case .following(let operation, _, _): operation.remove(self)
        case .uploading(let upload):
            upload.operation.finish(
                .failure(ControllerError(.usage, "its client went away before all of its input had come")))
        case .greeting, .idle, .waiting, .closed: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        self.context = nil
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        pump()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
