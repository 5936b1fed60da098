import Foundation
import NIOCore
import PlushSeal
import Testing

@Test(
    .enabled(
        if: FileManager.default.fileExists(atPath: PackageRoot.noiseVectors.path),
        "the published vectors are not at ../shared/vectors/noise.json"))
func theHandshakeGivesThePublishedVectorsByteForByte() throws {
    let vectors = try NoiseVector.published("Noise_IK_25519_ChaChaPoly_BLAKE2b")
    #expect(!vectors.isEmpty)
    for vector in vectors { try replay(vector) }
}

private func replay(_ vector: NoiseVector) throws {
    let prologue = try #require(bytes(hex: vector.initPrologue))
    let ours = try keyPair(vector.initStatic), theirs = try keyPair(vector.respStatic)
    let messages = try vector.messages.map { message in
        (
            payload: ByteBuffer(bytes: try #require(bytes(hex: message.payload))),
            ciphertext: ByteBuffer(bytes: try #require(bytes(hex: message.ciphertext)))
        )
    }

    var initiator = NoiseIK.Initiator(
        staticKey: ours,
        ephemeral: try keyPair(vector.initEphemeral),
        remoteStatic: theirs.publicKey,
        prologue: prologue,
    )
    var first = ByteBuffer()
    try initiator.writeFirst(payload: messages[0].payload, into: &first)
    #expect(first == messages[0].ciphertext)

    let presented = try NoiseIK.Responder(staticKey: theirs, prologue: prologue).readFirst(first)
    #expect(presented.payload == messages[0].payload)
    #expect(presented.remoteStatic == ours.publicKey)

    var second = ByteBuffer()
    let responder = try presented.writeSecond(
        payload: messages[1].payload, ephemeral: try keyPair(vector.respEphemeral), into: &second)
    #expect(second == messages[1].ciphertext)
    let (reply, transport) = try initiator.readSecond(second)
    #expect(reply == messages[1].payload)
    #expect(hex(transport.handshakeHash) == vector.handshakeHash)
    #expect(responder.handshakeHash == transport.handshakeHash)

    for (index, message) in messages.enumerated().dropFirst(2) {
        let (from, to) = index.isMultiple(of: 2) ? (transport, responder) : (responder, transport)
        let sealed = sealed(message.payload, by: from.sending)
        #expect(sealed == message.ciphertext, "message \(index)")
        #expect(opened(sealed, by: to.receiving) == message.payload, "message \(index)")
    }
}

private func keyPair(_ text: String) throws -> StaticKeyPair {
    try StaticKeyPair(privateKey: try #require(bytes(hex: text)))
}

private func sealed(_ plaintext: ByteBuffer, by cipher: CipherState) -> ByteBuffer {
    var out = ByteBuffer()
    let count = plaintext.readableBytes + SealLimits.tagBytes
    out.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { destination in
        guard let base = destination.baseAddress else { return 0 }
        plaintext.withBytes { cipher.encrypt($0, to: base) }
        return count
    }
    return out
}

private func opened(_ ciphertext: ByteBuffer, by cipher: CipherState) -> ByteBuffer? {
    var out = ByteBuffer()
    var isGenuine = false
    let count = ciphertext.readableBytes - SealLimits.tagBytes
    out.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { destination in
        guard let base = destination.baseAddress else { return 0 }
        isGenuine = ciphertext.withBytes { cipher.decrypt($0, to: base) }
        return isGenuine ? count : 0
    }
    return isGenuine ? out : nil
}
