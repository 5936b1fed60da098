import NIOCore
import PlushSeal
import PlushTree
import PlushWire

@testable import PlushRuntime

/// A link without an event loop, for tests: either side of the handshake, then messages, good and bad.
final class LinksTestLink {
    let socket: LinksSocket
    private let link: SealedLink
    private var input: ByteBuffer
    private var plaintext = ByteBuffer()
    private let decoder = FrameDecoder()

    private init(_ socket: LinksSocket, _ link: SealedLink, _ input: ByteBuffer) {
        self.socket = socket
        self.link = link
        self.input = input
    }

    /// The first bytes of a dial, as an initiator with these keys sends them.
    static func firstMessage(
        _ keys: LinkKeys, to remote: [UInt8], payload: ByteBuffer? = nil
    ) throws -> (bytes: ByteBuffer, handshake: LinkHandshake.Initiator) {
        var out = ByteBuffer()
        let handshake = try LinkHandshake.Initiator(
            overlay: keys.overlay, staticKey: keys.staticKey, remoteStatic: remote, payload: payload ?? keys.payload,
            ephemeral: SystemRandom.bytes(32), into: &out)
        return (out, handshake)
    }

    /// Dials an agent; nothing proves this side until it sends a record. `drips`: byte by byte.
    static func dial(
        _ port: UInt16, _ keys: LinkKeys, to remote: [UInt8], drips: Bool = false
    ) throws -> LinksTestLink {
        let socket = try LinksSocket(port: port)
        var (bytes, handshake) = try firstMessage(keys, to: remote)
        if drips {
            while let byte = bytes.readSlice(length: 1) { socket.write(byte) }
        } else {
            socket.write(bytes)
        }
        var input = ByteBuffer()
        while true {
            guard try socket.read(into: &input) else { throw LinksFailure("closed during the handshake") }
            switch handshake.receive(&input) {
            case .needMoreBytes: continue
            case .refused(let error): throw error
            case .established(_, let link): return LinksTestLink(socket, link, input)
            }
        }
    }

    /// Answers as the node that owns `keys`.
    static func answer(_ socket: LinksSocket, _ keys: LinkKeys) throws -> LinksTestLink {
        var handshake = LinkHandshake.Responder(overlay: keys.overlay, staticKey: keys.staticKey)
        var input = ByteBuffer()
        while true {
            guard try socket.read(into: &input) else { throw LinksFailure("closed before the handshake") }
            switch handshake.receive(&input) {
            case .needMoreBytes: continue
            case .refused(let error): throw error
            case .peerPresented:
                var out = ByteBuffer()
                let link = try handshake.accept(
                    replyPayload: keys.payload, ephemeral: SystemRandom.bytes(32), into: &out)
                socket.write(out)
                return LinksTestLink(socket, link, input)
            }
        }
    }

    func send(_ message: Message) {
        var frame = ByteBuffer()
        message.encode(into: &frame)
        send(plaintext: frame)
    }

    /// Seals bytes that need not be a frame.
    func send(plaintext: ByteBuffer) {
        var out = ByteBuffer()
        link.sealer.seal(plaintext, into: &out)
        socket.write(out)
    }

    /// Sends a record that this link's key did not seal.
    func sendForgedRecord() {
        var out = ByteBuffer()
        out.writeInteger(UInt16(40))
        out.writeRepeatingByte(0x55, count: 40)
        socket.write(out)
    }

    /// The next message; nil at the end of the link.
    func receive() throws -> Message? {
        while true {
            if let frame = try decoder.next(from: &plaintext) {
                return try Message(type: frame.type, payload: frame.payload)
            }
            if try link.opener.open(&input, into: &plaintext) { continue }
            guard try socket.read(into: &input) else { return nil }
        }
    }

    /// Skips messages until one is what was asked for.
    func await<Value>(_ what: String, _ pick: (Message) -> Value?) throws -> Value {
        while let message = try receive() {
            if let value = pick(message) { return value }
        }
        throw LinksFailure("the link ended before \(what) came")
    }

    /// A heartbeat is answered: the peer's event loop has by then done all that came to it before.
    func beat() throws {
        let now = SystemClock.now.milliseconds
        send(.heartbeat(Heartbeat(sentMilliseconds: now, lagMilliseconds: 0, applied: .start)))
        try self.await("the answer to a heartbeat") { message -> Void? in
            if case .heartbeatReply(let reply) = message, reply.echoMilliseconds == now { return () }
            return nil
        }
    }
}
