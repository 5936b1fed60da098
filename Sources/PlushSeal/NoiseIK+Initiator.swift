import NIOCore

extension NoiseIK {
    /// The side that opens the connection.
    package struct Initiator {
        private var symmetric: NoiseSymmetricState
        private let staticKey: StaticKeyPair
        private let ephemeral: StaticKeyPair
        private let remoteStatic: [UInt8]

        /// A handshake with the owner of `remoteStatic`. The private half of `ephemeral` must be fresh random bytes,
        /// used for this handshake alone.
        package init(
            staticKey: StaticKeyPair,
            ephemeral: StaticKeyPair,
            remoteStatic: [UInt8],
            prologue: [UInt8],
        ) {
            self.staticKey = staticKey
            self.ephemeral = ephemeral
            self.remoteStatic = remoteStatic
            symmetric = NoiseSymmetricState(protocolName: NoiseIK.protocolName, prologue: prologue)
            symmetric.mixHash(remoteStatic)
        }

        /// Appends the first message, `payload.readableBytes + 96` bytes.
        package mutating func writeFirst(payload: ByteBuffer, into out: inout ByteBuffer) throws(SealError) {
            let es = try ephemeral.sharedSecret(with: remoteStatic)
            let ss = try staticKey.sharedSecret(with: remoteStatic)
            out.writeBytes(ephemeral.publicKey)
            symmetric.mixHash(ephemeral.publicKey)
            symmetric.mixKey(es)
            symmetric.encryptAndHash(staticKey.publicKey, into: &out)
            symmetric.mixKey(ss)
            symmetric.encryptAndHash(payload, into: &out)
        }

        /// Reads the second message; the caller's state is unchanged when it throws.
        package func readSecond(
            _ message: ByteBuffer
        ) throws(SealError) -> (payload: ByteBuffer, transport: Transport) {
            var message = message
            var symmetric = self.symmetric
            let remoteEphemeral = try NoiseIK.readKey(&message)
            symmetric.mixHash(remoteEphemeral)
            symmetric.mixKey(try ephemeral.sharedSecret(with: remoteEphemeral))
            symmetric.mixKey(try staticKey.sharedSecret(with: remoteEphemeral))
            guard let payload = symmetric.decryptAndHash(message) else {
                throw SealError(.handshakeForged, "the reply of the handshake does not authenticate")
            }
            let (outward, inward) = symmetric.split()
            let transport = Transport(
                sending: CipherState(key: outward),
                receiving: CipherState(key: inward),
                handshakeHash: symmetric.handshakeHash,
            )
            return (payload, transport)
        }
    }
}
