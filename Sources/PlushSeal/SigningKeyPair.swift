import CSodium

/// An Ed25519 key pair (RFC 8032): the overlay key and the keys of epochs sign with it.
package struct SigningKeyPair: Sendable {
    /// Length of the seed that a pair is made of.
    package static let seedBytes = 32
    /// Length of a public key.
    package static let publicKeyBytes = 32
    /// Length of a signature.
    package static let signatureBytes = 64

    private static let secretKeyBytes = 64

    /// The half that verifies.
    package let publicKey: [UInt8]

    private let secret: SecretBytes

    /// A pair from 32 random bytes. Throws ``SealError/Code/badKeyLength`` for any other length.
    package init(seed: [UInt8]) throws(SealError) {
        guard seed.count == Self.seedBytes else {
            throw SealError(.badKeyLength, "an Ed25519 seed has 32 bytes", context: ["bytes": seed.count])
        }
        Sodium.start()
        var publicKey = [UInt8](repeating: 0, count: Self.publicKeyBytes)
        secret = SecretBytes(count: Self.secretKeyBytes) { storage in
            _ = crypto_sign_ed25519_seed_keypair(&publicKey, storage, seed)
        }
        self.publicKey = publicKey
    }

    /// The 64-byte signature of `bytes`; deterministic, so the same record is always signed alike.
    package func sign(_ bytes: some ByteSource) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.signatureBytes) { buffer, count in
            bytes.withBytes { message in
                if let start = buffer.baseAddress {
                    _ = crypto_sign_ed25519_detached(
                        start, nil, message.octets, UInt64(message.count), secret.pointer)
                }
            }
            count = Self.signatureBytes
        }
    }

    /// True when `signature` was made over exactly `bytes` by the owner of `publicKey`. Signatures and keys of the
    /// wrong length are not valid; neither are keys of small order (libsodium checks).
    package static func isValid(
        signature: some ByteSource,
        bytes: some ByteSource,
        publicKey: some ByteSource,
    ) -> Bool {
        Sodium.start()
        return signature.withBytes { signature in
            publicKey.withBytes { key in
                guard signature.count == signatureBytes, key.count == publicKeyBytes,
                    let signatureStart = signature.octets, let keyStart = key.octets
                else { return false }
                return bytes.withBytes { message in
                    crypto_sign_ed25519_verify_detached(
                        signatureStart, message.octets, UInt64(message.count), keyStart) == 0
                }
            }
        }
    }
}
