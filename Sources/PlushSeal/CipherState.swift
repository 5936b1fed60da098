import CSodium

/// One direction of a link after the handshake: a key and the counter of its messages (Noise, section 5.1).
///
/// A class, because a copied counter would seal two messages under one nonce and give the key stream away.
/// Not `Sendable`: it belongs to the event loop of its link.
package final class CipherState {
    /// The present key, in place for the life of this object: a replaceable object would cost every record a retain
    /// and a check for exclusive access, a tenth of sealing 64 bytes.
    @usableFromInline let key: UnsafeMutablePointer<UInt8>

    /// Number of messages sealed or opened since the handshake; ``rekey()`` does not reset it.
    @usableFromInline package var nonce: UInt64 = 0

    /// A fresh state; `key` has 32 bytes, which are copied.
    package init(key: SecretBytes) {
        precondition(key.count == ChaChaPoly.keyBytes, "a cipher key has 32 bytes, not \(key.count)")
        Sodium.start()
        self.key = .allocate(capacity: ChaChaPoly.keyBytes)
        self.key.initialize(from: key.pointer, count: ChaChaPoly.keyBytes)
    }

    deinit {
        sodium_memzero(key, ChaChaPoly.keyBytes)
        key.deallocate()
    }

    /// Writes `plaintext.count + 16` bytes to `destination` and counts the message.
    @inlinable package func encrypt(_ plaintext: UnsafeRawBufferPointer, to destination: UnsafeMutableRawPointer) {
        let nonce = self.nonce
        precondition(nonce < .max, "the last nonce is reserved for rekeying")
        self.nonce = nonce &+ 1
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        ChaChaPoly.seal(plaintext, associatedData: none, key: key, nonce: nonce, to: destination)
    }

    /// Writes `ciphertext.count - 16` bytes to `destination`, counts the message and returns true when the tag is
    /// right; else writes nothing of the message, does not count it and returns false.
    @inlinable package func decrypt(
        _ ciphertext: UnsafeRawBufferPointer,
        to destination: UnsafeMutableRawPointer,
    ) -> Bool {
        let nonce = self.nonce
        guard nonce < .max else { return false }
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        let isGenuine = ChaChaPoly.open(ciphertext, associatedData: none, key: key, nonce: nonce, to: destination)
        if isGenuine { self.nonce = nonce &+ 1 }
        return isGenuine
    }

    /// The Noise REKEY (sections 4.2 and 11.3): the next key is what the present one makes of 32 zeros under the
    /// reserved nonce, so a stolen key opens nothing sealed before.
    package func rekey() {
        let zeros = [UInt8](repeating: 0, count: ChaChaPoly.keyBytes)
        let sealed = SecretBytes(count: ChaChaPoly.keyBytes + SealLimits.tagBytes) { storage in
            zeros.withUnsafeBytes { zeros in
                ChaChaPoly.seal(
                    zeros,
                    associatedData: UnsafeRawBufferPointer(start: nil, count: 0),
                    key: key,
                    nonce: .max,
                    to: storage,
                )
            }
        }
        key.update(from: sealed.pointer, count: ChaChaPoly.keyBytes)
        withExtendedLifetime(sealed) {}
    }
}
