import NIOCore
import PlushSeal
import Testing

@Test func aFlippedBitAnywhereInTheFirstMessageIsRefused() throws {
    let pair = try LinkPair()
    var outward = ByteBuffer()
    _ = try pair.initiator(into: &outward)
    for index in 0..<outward.readableBytes {
        for mask: UInt8 in [0x01, 0x80] {
            var altered = outward
            altered.setInteger(outward.getInteger(at: index, as: UInt8.self)! ^ mask, at: index)
            var responder = pair.responder()
            let result = responder.receive(&altered)
            // A longer length is no fault yet: its bytes have to come first, and then the gate is wrong.
            if result == .needMoreBytes, index == 22 || index == 23 {
                altered.writeRepeatingByte(0, count: SealLimits.recordCiphertextBytesMax)
                #expect(refusal(responder.receive(&altered)) == .wrongGate, "byte \(index)")
                continue
            }
            let expected: [SealError.Code] =
                switch index {
                case 0..<4: [.wrongMagic]
                case 4..<6: [.wrongVersion]
                case 6..<22: [.wrongOverlay]
                case 22..<24: [.badLength, .wrongGate]
                default: [.wrongGate]
                }
            let found = try #require(refusal(result), "byte \(index)")
            #expect(expected.contains(found), "byte \(index)")
            #expect(responder.receive(&altered) == result, "the refusal stays")
        }
    }
}

@Test func aMemberWhoAltersItsNoiseMessageIsRefusedByNoise() throws {
    // The gate alone must not carry the proof: every member of the overlay can compute it.
    let pair = try LinkPair()
    let gate = try Gate(bootstrapKey: LinkPair.bootstrapKey)
    var outward = ByteBuffer(), inward = ByteBuffer()
    let initiator = try pair.initiator(into: &outward)
    let sent = Array(outward.readableBytesView)
    for index in 40..<sent.count {
        var altered = sent
        altered[index] ^= 0x40
        altered.replaceSubrange(24..<40, with: gate.tag(context: Array(sent[..<22]), message: altered[40...]))
        var responder = pair.responder()
        var input = ByteBuffer(bytes: altered)
        #expect(refusal(responder.receive(&input)) == .handshakeForged, "byte \(index)")
    }

    var responder = pair.responder()
    _ = responder.receive(&outward)
    _ = try pair.accept(&responder, into: &inward)
    let reply = Array(inward.readableBytesView)
    for index in 18..<reply.count {
        var altered = reply
        altered[index] ^= 0x40
        let tag = gate.tag(context: Array(sent[..<22] + sent[24..<40]), message: altered[18...])
        altered.replaceSubrange(2..<18, with: tag)
        var attempt = initiator
        var input = ByteBuffer(bytes: altered)
        #expect(refusal(attempt.receive(&input)) == .handshakeForged, "byte \(index)")
    }
}

@Test func aFlippedBitAnywhereInTheReplyIsRefused() throws {
    let pair = try LinkPair()
    var outward = ByteBuffer(), inward = ByteBuffer()
    let initiator = try pair.initiator(into: &outward)
    var responder = pair.responder()
    _ = responder.receive(&outward)
    _ = try pair.accept(&responder, into: &inward)
    for index in 0..<inward.readableBytes {
        var attempt = initiator
        var altered = inward
        altered.setInteger(inward.getInteger(at: index, as: UInt8.self)! ^ 0x01, at: index)
        altered.writeRepeatingByte(0, count: SealLimits.recordCiphertextBytesMax)
        let result = attempt.receive(&altered)
        let expected: [SealError.Code] = index < 2 ? [.badLength, .wrongGate] : [.wrongGate]
        let found = try #require(refusal(result), "byte \(index)")
        #expect(expected.contains(found), "byte \(index)")
        #expect(attempt.receive(&altered) == result, "the refusal stays")
    }
    var untouched = initiator
    guard case .established = untouched.receive(&inward) else {
        Issue.record("the unaltered reply was refused")
        return
    }
}

@Test func strangersAreRefusedAsSoonAsTheirBytesShowIt() throws {
    let ours = try LinkPair()
    func firstRefusal(of sent: ByteBuffer) -> (code: SealError.Code?, after: Int) {
        var responder = ours.responder(), arrived = ByteBuffer(), rest = sent, count = 0
        while let byte = rest.readInteger(as: UInt8.self) {
            arrived.writeInteger(byte)
            count += 1
            let result = responder.receive(&arrived)
            if result != .needMoreBytes { return (refusal(result), count) }
        }
        return (nil, count)
    }
    func sent(by pair: LinkPair) throws -> ByteBuffer {
        var out = ByteBuffer()
        _ = try pair.initiator(into: &out)
        return out
    }
    #expect(firstRefusal(of: ByteBuffer(string: "GET / HTTP/1.1\r\n")) == (.wrongMagic, 1))
    #expect(firstRefusal(of: ByteBuffer(string: "PLSX")) == (.wrongMagic, 4))
    #expect(firstRefusal(of: try sent(by: LinkPair(version: 2))) == (.wrongVersion, 6))
    let foreign = try LinkPair(overlayId: [UInt8](repeating: 0xff, count: 16))
    #expect(firstRefusal(of: try sent(by: foreign)) == (.wrongOverlay, 22))
    let keyless = try sent(by: LinkPair(bootstrapKey: [UInt8](repeating: 0xff, count: 32)))
    #expect(firstRefusal(of: keyless) == (.wrongGate, keyless.readableBytes))
    for length: UInt16 in [0, 16 + 95, 16 + 96 + 4_096 + 1, 65_535] {
        var lying = ByteBuffer(bytes: ours.overlay.preface)
        lying.writeInteger(length)
        #expect(firstRefusal(of: lying) == (.badLength, 24), "length \(length)")
    }
}

@Test func anInitiatorThatCallsTheWrongKeyIsRefused() throws {
    let pair = try LinkPair()
    let elsewhere = try StaticKeyPair(privateKey: [UInt8](repeating: 0x77, count: 32))
    var outward = ByteBuffer()
    _ = try pair.initiator(into: &outward)
    var responder = LinkHandshake.Responder(overlay: pair.overlay, staticKey: elsewhere)
    #expect(refusal(responder.receive(&outward)) == .handshakeForged)
}

@Test func aFirstMessageSentBackOrAReplyOfAnotherHandshakeIsRefused() throws {
    let pair = try LinkPair()
    var outward = ByteBuffer(), inward = ByteBuffer()
    let initiator = try pair.initiator(into: &outward)
    var mirrored = outward
    mirrored.moveReaderIndex(forwardBy: LinkHandshake.prefaceBytes)
    var first = initiator
    #expect(refusal(first.receive(&mirrored)) == .wrongGate)

    var other = ByteBuffer(), responder = pair.responder()
    _ = try pair.initiator(payload: ByteBuffer(string: "another handshake"), into: &other)
    _ = responder.receive(&other)
    _ = try pair.accept(&responder, into: &inward)
    var second = initiator
    #expect(refusal(second.receive(&inward)) == .wrongGate)
}

@Test func aReplayedFirstMessageGetsNoFurtherThanTheFirstRecord() throws {
    let pair = try LinkPair()
    var outward = ByteBuffer(), inward = ByteBuffer(), plaintext = ByteBuffer(), wire = ByteBuffer()
    var initiator = try pair.initiator(into: &outward)
    let recorded = outward
    var genuine = pair.responder()
    _ = genuine.receive(&outward)
    _ = try pair.accept(&genuine, into: &inward)
    guard case .established(_, let link) = initiator.receive(&inward) else {
        Issue.record("not established")
        return
    }
    link.sealer.seal(ByteBuffer(string: "recorded too"), into: &wire)

    var replayed = recorded, fresh = pair.responder(), reply = ByteBuffer()
    #expect(fresh.receive(&replayed) == pair.presented, "the handshake alone cannot tell")
    let accepted = try fresh.accept(
        replyPayload: ByteBuffer(), ephemeral: [UInt8](repeating: 0x31, count: 32), into: &reply)
    #expect(code { () throws(SealError) in _ = try accepted.opener.open(&wire, into: &plaintext) } == .recordForged)
}

@Test func keysOfTheWrongLengthOrOfSmallOrderAreRefused() throws {
    let pair = try LinkPair()
    var out = ByteBuffer()
    func attempt(_ remote: [UInt8], _ ephemeral: [UInt8]) -> SealError.Code? {
        code { () throws(SealError) in
            _ = try LinkHandshake.Initiator(
                overlay: pair.overlay,
                staticKey: pair.initiatorKey,
                remoteStatic: remote,
                payload: ByteBuffer(),
                ephemeral: ephemeral,
                into: &out,
            )
        }
    }
    let fresh = [UInt8](repeating: 0x0e, count: 32)
    #expect(attempt([UInt8](repeating: 0, count: 32), fresh) == .weakKey)
    #expect(attempt([1], fresh) == .badKeyLength)
    #expect(attempt(pair.responderKey.publicKey, []) == .badKeyLength)
    #expect(out.readableBytes == 0)
    #expect(throws: SealError.self) { try LinkPair(overlayId: [1]) }
    #expect(throws: SealError.self) { try LinkPair(bootstrapKey: [1]) }
}
