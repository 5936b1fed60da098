import NIOCore

/// Noise_IK_25519_ChaChaPoly_BLAKE2b (Noise specification revision 34): the initiator knows the responder's key
/// beforehand and shows its own, encrypted, in its first message; one round trip, then both can speak.
///
/// ```text
/// <- s
/// -> e, es, s, ss
/// <- e, ee, se
/// ```
///
/// The two roles are two types, ``Initiator`` and ``Responder``, so that no step can be asked of the wrong one.
package enum NoiseIK {
    static let protocolName: StaticString = "Noise_IK_25519_ChaChaPoly_BLAKE2b"

    /// First message without its payload: ephemeral key, sealed static key, tag of the payload.
    package static let firstMessageBytes =
        StaticKeyPair.keyBytes + StaticKeyPair.keyBytes + SealLimits.tagBytes + SealLimits.tagBytes

    /// Second message without its payload: ephemeral key, tag of the payload.
    package static let secondMessageBytes = StaticKeyPair.keyBytes + SealLimits.tagBytes

    /// What a finished handshake leaves: the two directions as this side sees them, and the transcript's hash.
    package struct Transport {
        /// Seals what this side sends.
        package let sending: CipherState
        /// Opens what this side receives.
        package let receiving: CipherState
        /// 64 bytes, equal on both sides and different for every handshake.
        package let handshakeHash: [UInt8]
    }

    static func readKey(_ message: inout ByteBuffer) throws(SealError) -> [UInt8] {
        guard let key = message.readBytes(length: StaticKeyPair.keyBytes) else {
            throw tooShort(message.readableBytes)
        }
        return key
    }

    static func tooShort(_ bytes: Int) -> SealError {
        SealError(.badLength, "the handshake message is cut short", context: ["bytes": bytes])
    }
}
