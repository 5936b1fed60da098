import NIOCore

extension NoiseIK {
    /// The side that was called.
    package struct Responder {
        private var symmetric: NoiseSymmetricState
        private let staticKey: StaticKeyPair

        /// A handshake with whoever calls the owner of `staticKey`.
        package init(staticKey: StaticKeyPair, prologue: [UInt8]) {
            self.staticKey = staticKey
            symmetric = NoiseSymmetricState(protocolName: NoiseIK.protocolName, prologue: prologue)
            symmetric.mixHash(staticKey.publicKey)
        }

        /// Reads the first message; the caller's state is unchanged when it throws. The message may be a replay, see
        /// ``LinkHandshake``.
        package func readFirst(_ message: ByteBuffer) throws(SealError) -> Presented {
            var message = message
            var symmetric = self.symmetric
            let remoteEphemeral = try NoiseIK.readKey(&message)
            symmetric.mixHash(remoteEphemeral)
            symmetric.mixKey(try staticKey.sharedSecret(with: remoteEphemeral))
            guard let sealedKey = message.readSlice(length: StaticKeyPair.keyBytes + SealLimits.tagBytes) else {
                throw NoiseIK.tooShort(message.readableBytes)
            }
            guard var openedKey = symmetric.decryptAndHash(sealedKey) else {
                throw SealError(.handshakeForged, "the key in the first handshake message does not authenticate")
            }
            let remoteStatic = try NoiseIK.readKey(&openedKey)
            symmetric.mixKey(try staticKey.sharedSecret(with: remoteStatic))
            guard let payload = symmetric.decryptAndHash(message) else {
                throw SealError(.handshakeForged, "the payload of the first handshake message does not authenticate")
            }
            return Presented(
                payload: payload,
                remoteStatic: remoteStatic,
                remoteEphemeral: remoteEphemeral,
                symmetric: symmetric,
            )
        }
    }

    /// A first message that authenticated: the initiator has shown its key and payload and waits for an answer.
    package struct Presented {
        /// What the initiator said about itself.
        package let payload: ByteBuffer
        /// The initiator's static key, proven to be its own (unless the message is a replay).
        package let remoteStatic: [UInt8]

        let remoteEphemeral: [UInt8]
        let symmetric: NoiseSymmetricState

        /// Appends the second message, `payload.readableBytes + 48` bytes. The private half of `ephemeral` must be
        /// fresh random bytes, used for this handshake alone.
        package func writeSecond(
            payload: ByteBuffer,
            ephemeral: StaticKeyPair,
            into out: inout ByteBuffer,
        ) throws(SealError) -> Transport {
            var symmetric = self.symmetric
            let ee = try ephemeral.sharedSecret(with: remoteEphemeral)
            let se = try ephemeral.sharedSecret(with: remoteStatic)
            out.writeBytes(ephemeral.publicKey)
            symmetric.mixHash(ephemeral.publicKey)
            symmetric.mixKey(ee)
            symmetric.mixKey(se)
            symmetric.encryptAndHash(payload, into: &out)
            let (inward, outward) = symmetric.split()
            return Transport(
                sending: CipherState(key: outward),
                receiving: CipherState(key: inward),
                handshakeHash: symmetric.handshakeHash,
            )
        }
    }
}
