import CSodium

/// Key derivation of the Noise specification (section 4.3) with BLAKE2b-512, written out because libsodium 1.0.18
/// has no HKDF.
enum NoiseKeys {
    /// BLAKE2b's digest length, Noise's HASHLEN.
    static let hashBytes = 64

    /// BLAKE2b's block length, Noise's BLOCKLEN: what HMAC pads its key to. HMAC is not BLAKE2b's own keyed mode.
    static let blockBytes = 128

    /// HMAC-BLAKE2b-512 (RFC 2104).
    static func hmac(key: SecretBytes, _ data: some ByteSource) -> SecretBytes {
        let inner = digest(paddedKey: key, pad: 0x36, followedBy: data)
        return digest(paddedKey: key, pad: 0x5c, followedBy: inner)
    }

    /// HKDF with two outputs of 64 bytes each.
    static func derive(chainingKey: SecretBytes, input: some ByteSource) -> (SecretBytes, SecretBytes) {
        let temporary = hmac(key: chainingKey, input)
        let first = hmac(key: temporary, [0x01] as [UInt8])
        let firstAndCounter = SecretBytes(count: hashBytes + 1) { storage in
            storage.update(from: first.pointer, count: hashBytes)
            storage[hashBytes] = 0x02
        }
        return (first, hmac(key: temporary, firstAndCounter))
    }

    /// The leading 32 bytes, which are the cipher key.
    static func cipherKey(_ output: SecretBytes) -> SecretBytes {
        output.withBytes { bytes in
            SecretBytes(copying: UnsafeRawBufferPointer(rebasing: bytes.prefix(ChaChaPoly.keyBytes)))
        }
    }

    /// BLAKE2b-512 of `first` then `second`.
    static func hash(_ first: some ByteSource, _ second: some ByteSource) -> [UInt8] {
        let joined = first.withBytes { first in second.withBytes { [UInt8](first) + [UInt8]($0) } }
        var digest = [UInt8](repeating: 0, count: hashBytes)
        _ = crypto_generichash_blake2b(&digest, hashBytes, joined, UInt64(joined.count), nil, 0)
        return digest
    }

    private static func digest(
        paddedKey key: SecretBytes,
        pad: UInt8,
        followedBy data: some ByteSource,
    ) -> SecretBytes {
        precondition(key.count <= blockBytes, "an HMAC key above one block would have to be hashed first")
        return data.withBytes { data in
            let block = SecretBytes(count: blockBytes + data.count) { storage in
                for index in 0..<blockBytes {
                    storage[index] = (index < key.count ? key.pointer[index] : 0) ^ pad
                }
                UnsafeMutableRawBufferPointer(start: storage + blockBytes, count: data.count).copyMemory(from: data)
            }
            return SecretBytes(count: hashBytes) { storage in
                block.withBytes { block in
                    _ = crypto_generichash_blake2b(
                        storage, hashBytes, block.octets, UInt64(block.count), nil, 0)
                }
            }
        }
    }
}
