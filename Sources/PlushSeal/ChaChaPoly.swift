import CSodium

/// ChaCha20-Poly1305 (RFC 8439) with the nonce of the Noise specification (section 12): four zero bytes, then the
/// counter, least significant byte first.
package enum ChaChaPoly {
    /// Length of a key.
    package static let keyBytes = 32

    /// Writes `plaintext.count + 16` bytes of ciphertext and tag to `destination`.
    @inlinable package static func seal(
        _ plaintext: UnsafeRawBufferPointer,
        associatedData: UnsafeRawBufferPointer,
        key: UnsafePointer<UInt8>,
        nonce: UInt64,
        to destination: UnsafeMutableRawPointer,
    ) {
        withUnsafeBytes(of: nonceWords(nonce)) { nonceBytes in
            guard let noncePointer = nonceBytes.octets else { return }
            // Fails only above 2^38 bytes, which a record cannot reach.
            _ = crypto_aead_chacha20poly1305_ietf_encrypt(
                destination.assumingMemoryBound(to: UInt8.self), nil,
                plaintext.octets, UInt64(plaintext.count),
                associatedData.octets, UInt64(associatedData.count),
                nil, noncePointer, key)
        }
    }

    /// Writes `ciphertext.count - 16` bytes to `destination` and returns true when the tag is right. The tag is
    /// checked first: nothing unauthenticated is ever written.
    @inlinable package static func open(
        _ ciphertext: UnsafeRawBufferPointer,
        associatedData: UnsafeRawBufferPointer,
        key: UnsafePointer<UInt8>,
        nonce: UInt64,
        to destination: UnsafeMutableRawPointer,
    ) -> Bool {
        guard let ciphertextStart = ciphertext.octets else { return false }
        return withUnsafeBytes(of: nonceWords(nonce)) { nonceBytes in
            guard let noncePointer = nonceBytes.octets else { return false }
            return crypto_aead_chacha20poly1305_ietf_decrypt(
                destination.assumingMemoryBound(to: UInt8.self), nil, nil,
                ciphertextStart, UInt64(ciphertext.count),
                associatedData.octets, UInt64(associatedData.count),
                noncePointer, key) == 0
        }
    }

    @inlinable package static func nonceWords(_ nonce: UInt64) -> (UInt32, UInt32, UInt32) {
        (
            0,
            UInt32(truncatingIfNeeded: nonce).littleEndian,
            UInt32(truncatingIfNeeded: nonce >> 32).littleEndian
        )
    }
}
