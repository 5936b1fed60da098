import CSodium

/// An X25519 key pair (RFC 7748): an agent's identity on links, or an ephemeral of one handshake.
package struct StaticKeyPair: Sendable {
    /// Length of either half.
    package static let keyBytes = 32

    /// The half that is handed out.
    package let publicKey: [UInt8]

    private let secret: SecretBytes

    /// A pair from 32 random bytes. Throws ``SealError/Code/badKeyLength`` for any other length.
    package init(privateKey: [UInt8]) throws(SealError) {
        guard privateKey.count == Self.keyBytes else {
            throw SealError(
                .badKeyLength,
                "an X25519 private key has 32 bytes",
                context: ["bytes": privateKey.count],
            )
        }
        Sodium.start()
        let secret = SecretBytes(copying: privateKey)
        publicKey = [UInt8](unsafeUninitializedCapacity: Self.keyBytes) { buffer, count in
            // Fails for no input: the base point is of prime order and the scalar is clamped.
            if let start = buffer.baseAddress { _ = crypto_scalarmult_curve25519_base(start, secret.pointer) }
            count = Self.keyBytes
        }
        self.secret = secret
    }

    /// Diffie-Hellman with a peer's public key. Throws ``SealError/Code/weakKey`` when the result is zero, as
    /// RFC 7748 (section 6.1) advises.
    func sharedSecret(with remotePublicKey: [UInt8]) throws(SealError) -> SecretBytes {
        guard remotePublicKey.count == Self.keyBytes else {
            throw SealError(
                .badKeyLength,
                "an X25519 public key has 32 bytes",
                context: ["bytes": remotePublicKey.count],
            )
        }
        var status: Int32 = -1
        let shared = SecretBytes(count: Self.keyBytes) { storage in
            status = crypto_scalarmult_curve25519(storage, secret.pointer, remotePublicKey)
        }
        guard status == 0 else { throw SealError(.weakKey, "the peer's key is a point of small order") }
        return shared
    }

    /// A keyed hash of 16 bytes that only the two holders of this pair and of the other key can make: BLAKE2b under
    /// their X25519 secret.
    package func tag(of statement: some ByteSource, with remotePublicKey: [UInt8]) throws(SealError) -> [UInt8] {
        ContentHash.digest(of: statement, size: .bytes16, key: try sharedSecret(with: remotePublicKey))
    }
}
