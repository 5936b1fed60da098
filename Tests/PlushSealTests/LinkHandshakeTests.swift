import NIOCore
import PlushSeal
import Testing

@Test func bothSidesEndWithTheSameLinkAndCanTalk() throws {
    let pair = try LinkPair()
    let (initiator, responder) = try pair.established()
    #expect(initiator.handshakeHash == responder.handshakeHash)
    #expect(initiator.handshakeHash.count == 64)
    #expect(initiator.remoteStatic == pair.responderKey.publicKey)
    #expect(responder.remoteStatic == pair.initiatorKey.publicKey)
    #expect(initiator != responder)
    for (from, to) in [(initiator, responder), (responder, initiator)] {
        var wire = ByteBuffer(), plaintext = ByteBuffer()
        from.sealer.seal(ByteBuffer(string: "first frame"), into: &wire)
        #expect(try to.opener.open(&wire, into: &plaintext))
        #expect(plaintext == ByteBuffer(string: "first frame"))
    }
}

@Test func theBytesOnTheWireAreLaidOutAsDocumented() throws {
    let pair = try LinkPair()
    var outward = ByteBuffer(), inward = ByteBuffer()
    _ = try pair.initiator(into: &outward)
    var responder = pair.responder()
    let sent = Array(outward.readableBytesView)
    let messageBytes = 96 + LinkPair.initiatorPayload.readableBytes
    #expect(sent.count == 22 + 2 + 16 + messageBytes)
    #expect(Array(sent[0..<6]) == Array("PLSH".utf8) + [0, 1])
    #expect(Array(sent[6..<22]) == LinkPair.overlayId)
    #expect(Int(sent[22]) << 8 | Int(sent[23]) == 16 + messageBytes)
    let gate = try Gate(bootstrapKey: LinkPair.bootstrapKey)
    #expect(gate.isValid(tag: sent[24..<40], context: Array(sent[0..<22]), message: sent[40...]))

    _ = responder.receive(&outward)
    _ = try pair.accept(&responder, into: &inward)
    let reply = Array(inward.readableBytesView)
    #expect(reply.count == 2 + 16 + 48 + LinkPair.responderPayload.readableBytes)
    #expect(Int(reply[0]) << 8 | Int(reply[1]) == reply.count - 2)
    #expect(gate.isValid(tag: reply[2..<18], context: Array(sent[0..<22] + sent[24..<40]), message: reply[18...]))
}

@Test func aHandshakeThatArrivesByteByByteIsTheSame() throws {
    let pair = try LinkPair()
    var outward = ByteBuffer(), inward = ByteBuffer(), arrived = ByteBuffer()
    var initiator = try pair.initiator(into: &outward)
    var responder = pair.responder()
    while let byte = outward.readInteger(as: UInt8.self) {
        arrived.writeInteger(byte)
        let result = responder.receive(&arrived)
        #expect(result == (outward.readableBytes == 0 ? pair.presented : .needMoreBytes))
    }
    #expect(arrived.readableBytes == 0)
    #expect(responder.receive(&arrived) == .needMoreBytes, "it waits for the judgement")

    let accepted = try pair.accept(&responder, into: &inward)
    arrived.clear()
    while inward.readableBytes > 1, let byte = inward.readInteger(as: UInt8.self) {
        arrived.writeInteger(byte)
        #expect(initiator.receive(&arrived) == .needMoreBytes)
    }
    arrived.writeBuffer(&inward)
    guard case .established(LinkPair.responderPayload, let link) = initiator.receive(&arrived) else {
        Issue.record("the last byte did not establish the link")
        return
    }
    #expect(link.handshakeHash == accepted.handshakeHash)
}

@Test func bytesAfterTheReplyStayForTheOpener() throws {
    let pair = try LinkPair()
    var outward = ByteBuffer(), inward = ByteBuffer(), plaintext = ByteBuffer()
    var initiator = try pair.initiator(into: &outward)
    var responder = pair.responder()
    _ = responder.receive(&outward)
    let accepted = try pair.accept(&responder, into: &inward)
    accepted.sealer.seal(ByteBuffer(string: "early record"), into: &inward)
    guard case .established(_, let link) = initiator.receive(&inward) else {
        Issue.record("not established")
        return
    }
    #expect(try link.opener.open(&inward, into: &plaintext))
    #expect(plaintext == ByteBuffer(string: "early record"))
    #expect(inward.readableBytes == 0)
}

@Test func payloadsMayBeEmptyOrAtTheirLimitAndNoLonger() throws {
    let pair = try LinkPair()
    for count in [0, SealLimits.handshakePayloadBytesMax] {
        var outward = ByteBuffer()
        let payload = ByteBuffer(repeating: 7, count: count)
        _ = try pair.initiator(payload: payload, into: &outward)
        #expect(outward.readableBytes <= LinkHandshake.handshakeBytesMax)
        var responder = pair.responder()
        let presented = LinkHandshake.Responder.ReceiveResult.peerPresented(
            payload: payload, remoteStatic: pair.initiatorKey.publicKey)
        #expect(responder.receive(&outward) == presented)
    }
    var outward = ByteBuffer()
    let long = ByteBuffer(repeating: 7, count: SealLimits.handshakePayloadBytesMax + 1)
    #expect(code { () throws(SealError) in _ = try pair.initiator(payload: long, into: &outward) } == .payloadTooLong)
    #expect(outward.readableBytes == 0)
}

@Test func aReplyThatCannotBeMadeLeavesTheResponderAsItWas() throws {
    let pair = try LinkPair()
    var outward = ByteBuffer(), inward = ByteBuffer()
    var initiator = try pair.initiator(into: &outward)
    var responder = pair.responder()
    _ = responder.receive(&outward)
    let long = ByteBuffer(repeating: 7, count: SealLimits.handshakePayloadBytesMax + 1)
    let ephemeral = [UInt8](repeating: 0x0f, count: 32)
    for (payload, key, expected) in [
        (long, ephemeral, SealError.Code.payloadTooLong),
        (LinkPair.responderPayload, [], .badKeyLength),
    ] {
        let found = code { () throws(SealError) in
            _ = try responder.accept(replyPayload: payload, ephemeral: key, into: &inward)
        }
        #expect(found == expected)
        #expect(inward.readableBytes == 0)
    }
    _ = try pair.accept(&responder, into: &inward)
    guard case .established = initiator.receive(&inward) else {
        Issue.record("not established")
        return
    }
}
