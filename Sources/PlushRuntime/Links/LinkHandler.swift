import CPlushSystem
import NIOCore
import PlushProtocol
import PlushSeal
import PlushWire

/// One link: Noise handshake, then sealed records of frames, over any byte stream (TCP, a socket pair, an SSH channel).
///
/// Control frames are sealed and written first; output and chunks wait while the socket does not take more, so that
/// heartbeats never queue behind bulk (rules 9 and 10).
package final class LinkHandler: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    /// Who opened the connection.
    package enum Role {
        case initiator(remoteKey: PublicKey)
        case responder
    }

    private enum State {
        case idle
        case initiating(LinkHandshake.Initiator)
        case responding(LinkHandshake.Responder)
        /// A responder that has answered, but has seen no record of the peer: it may be a replay (rule 13).
        case proving(SealedLink, Certificate)
        case open(SealedLink)
        case closed
    }

    package let id: LinkID
    private let role: Role
    private let keys: LinkKeys
    private weak var owner: (any LinkOwner)?
    private var state = State.idle
    private var context: ChannelHandlerContext?
    private var input = ByteBuffer()
    private var plaintext = ByteBuffer()
    private let decoder = FrameDecoder()
    private var control = ByteBuffer()
    private var bulk = CircularBuffer<Message>()
    private var handshakeTimer: Scheduled<Void>?
    private var closeReason: String?
    private var isClosing = false
    private var wasOpen = false
    private(set) var peer: Certificate?
    /// Whether the peer has said that it ends on purpose.
    private(set) var hasLeft = false
    private var peerAddress = "the launch channel"
    /// The length of the frame that is being delivered.
    private(set) var receivedFrameBytes = 0
    /// Whether the transport takes more; nil asks the channel. A link inside an SSH session has SSH's window below it.
    package var transportIsWritable: (() -> Bool)?
    /// Called once, when the handshake has ended, well or not.
    var whenSettled: (() -> Void)?

    package init(id: LinkID, role: Role, keys: LinkKeys, owner: any LinkOwner) {
        self.id = id
        self.role = role
        self.keys = keys
        self.owner = owner
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { begin(context) }
    }

    package func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard case .idle = state else { return }
        // A closed channel does not say any more where its peer was.
        if let address = context.channel.remoteAddress?.ipAddress, let port = context.channel.remoteAddress?.port {
            peerAddress = "\(address):\(port)"
        }
        handshakeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: RuntimeLimits.handshakeTime) {
            [weak self] in
            self?.close("the handshake took too long")
        }
        switch role {
        case .responder:
            state = .responding(LinkHandshake.Responder(overlay: keys.overlay, staticKey: keys.staticKey))
        case .initiator(let remoteKey):
            var out = ByteBuffer()
            do throws(SealError) {
                let handshake = try LinkHandshake.Initiator(
                    overlay: keys.overlay, staticKey: keys.staticKey, remoteStatic: remoteKey.bytes,
                    payload: keys.payload, ephemeral: SystemRandom.bytes(32), into: &out)
                state = .initiating(handshake)
                context.writeAndFlush(wrapOutboundOut(out), promise: nil)
            } catch {
                close(error.description)
            }
        }
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
        process(context)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        owner?.readEnded()
        context.fireChannelReadComplete()
    }

    private func process(_ context: ChannelHandlerContext) {
        while !isClosing {
            switch state {
            case .idle, .closed:
                return
            case .initiating(var handshake):
                let result = handshake.receive(&input)
                state = .initiating(handshake)
                guard initiated(result) else { return }
            case .responding(var handshake):
                let result = handshake.receive(&input)
                state = .responding(handshake)
                guard respond(result, handshake, context) else { return }
            case .proving(let link, _), .open(let link):
                guard openRecord(link) else { return }
            }
        }
    }

    /// Returns whether there is more to do with the input.
    private func initiated(_ result: LinkHandshake.Initiator.ReceiveResult) -> Bool {
        switch result {
        case .needMoreBytes:
            boundHandshake()
            return false
        case .refused(let error):
            close(error.description)
            return false
        case .established(let payload, let link):
            guard let certificate = judged(payload, key: link.remoteStatic) else { return false }
            state = .open(link)
            becomeOpen(certificate)
            return true
        }
    }

    private func respond(
        _ result: LinkHandshake.Responder.ReceiveResult, _ handshake: LinkHandshake.Responder,
        _ context: ChannelHandlerContext
    ) -> Bool {
        switch result {
        case .needMoreBytes:
            boundHandshake()
            return false
        case .refused(let error):
            close(error.description)
            return false
        case .peerPresented(let payload, let remoteStatic):
            guard let certificate = judged(payload, key: remoteStatic) else { return false }
            var accepting = handshake
            var out = ByteBuffer()
            do throws(SealError) {
                let link = try accepting.accept(
                    replyPayload: keys.payload, ephemeral: SystemRandom.bytes(32), into: &out)
                state = .proving(link, certificate)
                context.writeAndFlush(wrapOutboundOut(out), promise: nil)
                return true
            } catch {
                close(error.description)
                return false
            }
        }
    }

    private func judged(_ payload: ByteBuffer, key: [UInt8]) -> Certificate? {
        guard let certificate = LinkKeys.certificate(in: payload), let key = PublicKey(key) else {
            close("the peer shows no certificate")
            return nil
        }
        if let refusal = owner?.refusal(of: certificate, key: key, on: self) {
            close(refusal)
            return nil
        }
        return certificate
    }

    private func boundHandshake() {
        if input.readableBytes > LinkHandshake.handshakeBytesMax { close("the handshake is longer than it can be") }
    }

    private func becomeOpen(_ certificate: Certificate) {
        settle()
        wasOpen = true
        peer = certificate
        owner?.opened(self, certificate)
    }

    private func openRecord(_ link: SealedLink) -> Bool {
        do {
            guard try link.opener.open(&input, into: &plaintext) else {
                input.discardReadBytes()
                return false
            }
        } catch {
            close(error.description)
            return false
        }
        if case .proving(_, let certificate) = state {
            state = .open(link)
            becomeOpen(certificate)
        }
        deliverFrames()
        return true
    }

    private func deliverFrames() {
        do throws(WireError) {
            while !isClosing {
                let before = plaintext.readableBytes
                guard let frame = try decoder.next(from: &plaintext) else { break }
                receivedFrameBytes = before - plaintext.readableBytes
                let message = try Message(type: frame.type, payload: frame.payload)
                switch message {
                case .leave, .detach: hasLeft = true
                default: break
                }
                owner?.received(message, on: self)
            }
        } catch {
            close(error.description)
        }
        if plaintext.readableBytes == 0 { plaintext.clear(minimumCapacity: 0) }
    }

    /// Queues a message; ``flush()`` sends it. Returns its length, for bulk (which is encoded later) its credit.
    @discardableResult
    package func send(_ message: Message) -> Int {
        guard case .open = state, !isClosing else { return 0 }
        let before = control.readableBytes
        switch message {
        case .output(let segment):
            bulk.append(message)
            return Int(segment.creditBytes)
        case .chunk(let chunk):
            bulk.append(message)
            return Int(chunk.creditBytes)
        case .attach, .attachReply, .attachCommit, .heartbeat, .heartbeatReply, .beacon, .log, .subtree, .results,
            .credit, .leave, .detach, .lineage, .outputAcknowledgement, .redirect, .retire, .barrierEntries, .permits,
            .permitReport, .applicationReport:
            message.encode(into: &control)
            return control.readableBytes - before
        }
    }

    /// Seals and writes what is queued: control at once, bulk as far as the socket takes it.
    package func flush(promise: EventLoopPromise<Void>? = nil) {
        guard case .open(let link) = state, let context, !isClosing else {
            promise?.succeed(())
            return
        }
        var out = ByteBuffer()
        if control.readableBytes > 0 {
            link.sealer.seal(control, into: &out)
            control.clear(minimumCapacity: 0)
        }
        while !bulk.isEmpty, isWritable(context), out.readableBytes < RuntimeLimits.bulkWriteBytes {
            var frames = ByteBuffer()
            while frames.readableBytes < RuntimeLimits.bulkRecordBytes, let message = bulk.popFirst() {
                message.encode(into: &frames)
            }
            link.sealer.seal(frames, into: &out)
        }
        guard out.readableBytes > 0 else {
            promise?.succeed(())
            return
        }
        context.writeAndFlush(wrapOutboundOut(out), promise: promise)
        if !bulk.isEmpty, isWritable(context) { flush() }
    }

    private func isWritable(_ context: ChannelHandlerContext) -> Bool {
        transportIsWritable?() ?? context.channel.isWritable
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isWritable(context) { flush() }
        context.fireChannelWritabilityChanged()
    }

    /// Ends the link once what was queued before is written. The first reason stays.
    package func close(_ reason: String) {
        guard !isClosing else { return }
        closeReason = closeReason ?? reason
        flush()
        isClosing = true
        context?.close(promise: nil)
    }

    /// The connection could not be made.
    func dialFailed(_ reason: String) {
        closeReason = reason
        ended()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        closeReason = closeReason ?? ConnectionFailure.words(error)
        context.close(promise: nil)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        ended()
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        ended()
        self.context = nil
    }

    private func settle() {
        handshakeTimer?.cancel()
        handshakeTimer = nil
        whenSettled?()
        whenSettled = nil
    }

    private func ended() {
        settle()
        if case .closed = state { return }
        state = .closed
        isClosing = true
        owner?.closed(self, reason: closeReason ?? "the peer closed the link", wasOpen: wasOpen)
    }

    /// Who the peer is, as far as it has proven that, and where, for the log.
    package var peerName: String {
        peer.map { "rank \($0.rank) (\(peerAddress))" } ?? peerAddress
    }
}
