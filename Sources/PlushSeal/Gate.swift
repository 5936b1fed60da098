import CSodium

/// The cheap first check on a stranger: a keyed BLAKE2b-128 under the overlay's bootstrap key (protocol rule 13).
///
/// It costs about 1 us where a Noise message costs about 100, so a flood of garbage buys no Diffie-Hellman. It proves
/// only that the peer has the bootstrap key, never who it is.
package struct Gate: Sendable {
    /// Length of a bootstrap key.
    package static let keyBytes = 32
    /// Length of a tag.
    package static let tagBytes = ContentHash.Size.bytes16.rawValue

    private let key: SecretBytes

    /// A gate under 32 random bytes. Throws ``SealError/Code/badKeyLength`` for any other length.
    package init(bootstrapKey: [UInt8]) throws(SealError) {
        guard bootstrapKey.count == Self.keyBytes else {
            throw SealError(
                .badKeyLength,
                "a bootstrap key has 32 bytes",
                context: ["bytes": bootstrapKey.count],
            )
        }
        key = SecretBytes(copying: bootstrapKey)
    }

    /// The 16-byte tag of `context` followed by `message`.
    package func tag(context: [UInt8], message: some ByteSource) -> [UInt8] {
        var hash = ContentHash(size: .bytes16, key: key)
        hash.update(context)
        hash.update(message)
        return hash.digest()
    }

    /// True when `tag` belongs to the bytes; takes the same time wherever it differs.
    package func isValid(tag: some ByteSource, context: [UInt8], message: some ByteSource) -> Bool {
        let expected = self.tag(context: context, message: message)
        return tag.withBytes { tag in
            guard tag.count == expected.count, let start = tag.baseAddress else { return false }
            return sodium_memcmp(start, expected, expected.count) == 0
        }
    }
}
