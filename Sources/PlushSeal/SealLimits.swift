/// Every length and count that this module bounds, each with its reason.
package enum SealLimits {
    /// A record's length field is a `UInt16`, as in the Noise specification (section 3): no Noise message is longer.
    package static let recordCiphertextBytesMax = 65_535

    /// Length of a Poly1305 tag.
    package static let tagBytes = 16

    /// Plaintext that fits one record.
    package static let recordPlaintextBytesMax = recordCiphertextBytesMax - tagBytes

    /// A record holds at least one byte of plaintext: an empty one would cost its opener work and say nothing.
    package static let recordCiphertextBytesMin = tagBytes + 1

    /// Length field before the ciphertext of a record.
    package static let recordHeaderBytes = 2

    /// Records sealed under one key (protocol rule 13): bounds what one leaked key exposes.
    package static let recordsPerKey: UInt64 = 1 << 16

    /// A handshake payload is a certificate and at most an epoch credential with its contacts. A stranger can make us
    /// buffer this much before the gate is checked, so it is kept small.
    package static let handshakePayloadBytesMax = 4_096

    /// Bodies below this are not worth a call: lz4's own state costs about 1 us to clear, as much as sealing 1 KiB.
    package static let lz4BytesMin = 256

    /// lz4 has to save at least this part (1/8) of a body, else every receiver would pay for decompression in vain.
    package static let lz4SavingDivisor = 8

    /// lz4 emits at most 255 bytes per byte of input; a larger declared size is a lie, found before allocation.
    package static let lz4ExpansionMax = 255

    /// The largest block this module hands to lz4, either way: frames and chunks are far smaller, and `Int32` is
    /// what the library counts in.
    package static let lz4BlockBytesMax = 64 << 20
}
