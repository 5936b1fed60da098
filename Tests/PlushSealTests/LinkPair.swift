import NIOCore
import PlushSeal
import Testing

/// Two nodes of one overlay with keys that are the same in every run.
struct LinkPair {
    static let overlayId = [UInt8](repeating: 0x0a, count: 16)
    static let bootstrapKey = [UInt8](repeating: 0x0b, count: 32)
    static let initiatorPayload = ByteBuffer(string: "certificate of the initiator")
    static let responderPayload = ByteBuffer(string: "certificate of the responder")

    let overlay: LinkHandshake.Overlay
    let initiatorKey: StaticKeyPair
    let responderKey: StaticKeyPair
    var recordsPerKey = SealLimits.recordsPerKey

    init(
        overlayId: [UInt8] = Self.overlayId,
        bootstrapKey: [UInt8] = Self.bootstrapKey,
        version: UInt16 = LinkHandshake.version,
    ) throws {
        overlay = try LinkHandshake.Overlay(id: overlayId, bootstrapKey: bootstrapKey, version: version)
        initiatorKey = try StaticKeyPair(privateKey: [UInt8](repeating: 0x0c, count: 32))
        responderKey = try StaticKeyPair(privateKey: [UInt8](repeating: 0x0d, count: 32))
    }

    func initiator(
        payload: ByteBuffer = Self.initiatorPayload,
        into out: inout ByteBuffer,
    ) throws(SealError) -> LinkHandshake.Initiator {
        try LinkHandshake.Initiator(
            overlay: overlay,
            staticKey: initiatorKey,
            remoteStatic: responderKey.publicKey,
            payload: payload,
            ephemeral: [UInt8](repeating: 0x0e, count: 32),
            recordsPerKey: recordsPerKey,
            into: &out,
        )
    }

    func responder() -> LinkHandshake.Responder {
        LinkHandshake.Responder(overlay: overlay, staticKey: responderKey, recordsPerKey: recordsPerKey)
    }

    func accept(
        _ responder: inout LinkHandshake.Responder,
        into out: inout ByteBuffer,
    ) throws(SealError) -> SealedLink {
        try responder.accept(
            replyPayload: Self.responderPayload, ephemeral: [UInt8](repeating: 0x0f, count: 32), into: &out)
    }

    /// The initiator's and the responder's end after a handshake without accidents.
    func established() throws -> (initiator: SealedLink, responder: SealedLink) {
        var outward = ByteBuffer(), inward = ByteBuffer()
        var initiator = try initiator(into: &outward)
        var responder = responder()
        #expect(responder.receive(&outward) == presented)
        let accepted = try accept(&responder, into: &inward)
        let result = initiator.receive(&inward)
        guard case .established(Self.responderPayload, let link) = result else {
            throw Unexpected(what: "\(result)")
        }
        return (link, accepted)
    }

    var presented: LinkHandshake.Responder.ReceiveResult {
        .peerPresented(payload: Self.initiatorPayload, remoteStatic: initiatorKey.publicKey)
    }

    struct Unexpected: Error {
        let what: String
    }
}

/// The code of the refusal, or nil for any other result.
func refusal(_ result: LinkHandshake.Responder.ReceiveResult) -> SealError.Code? {
    guard case .refused(let error) = result else { return nil }
    return error.code
}

/// The code of the refusal, or nil for any other result.
func refusal(_ result: LinkHandshake.Initiator.ReceiveResult) -> SealError.Code? {
    guard case .refused(let error) = result else { return nil }
    return error.code
}

/// The code of what a failed call threw, or nil when it did not fail.
func code(of body: () throws(SealError) -> Void) -> SealError.Code? {
    do throws(SealError) {
        try body()
        return nil
    } catch {
        return error.code
    }
}
