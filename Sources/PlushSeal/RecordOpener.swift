import NIOCore

/// Opens the records that a ``RecordSealer`` on the other side of a link made, in their order.
///
/// The first refusal is the last thing it does: whatever comes after an altered, replayed or lost record cannot be
/// trusted, so the link has to be closed (that link and no other).
package final class RecordOpener {
    @usableFromInline let cipher: CipherState
    @usableFromInline let recordsPerKey: UInt64
    @usableFromInline var recordsLeft: UInt64
    @usableFromInline var isPoisoned = false

    /// An opener at the start of a link. `recordsPerKey` is an argument for tests and equal on both sides.
    package init(cipher: CipherState, recordsPerKey: UInt64 = SealLimits.recordsPerKey) {
        precondition(recordsPerKey > 0, "a key opens at least one record")
        self.cipher = cipher
        self.recordsPerKey = recordsPerKey
        recordsLeft = recordsPerKey
    }

    /// Consumes the next record of `input` and appends its plaintext; false when the record is not complete yet, with
    /// `input` as it was. The length is checked as soon as it is there, so a caller never buffers more than
    /// `SealLimits.recordHeaderBytes + SealLimits.recordCiphertextBytesMax` for one record.
    ///
    /// Throws ``SealError/Code/badLength`` or ``SealError/Code/recordForged`` once, from then on
    /// ``SealError/Code/openerPoisoned``; `plaintext` is unchanged when it throws.
    @inlinable package func open(
        _ input: inout ByteBuffer,
        into plaintext: inout ByteBuffer,
    ) throws(SealError) -> Bool {
        if isPoisoned { throw Self.poisoned }
        guard let length = input.getInteger(at: input.readerIndex, as: UInt16.self) else { return false }
        let ciphertextBytes = Int(length)
        if ciphertextBytes < SealLimits.recordCiphertextBytesMin { throw poison(badLength: ciphertextBytes) }
        guard input.readableBytes >= SealLimits.recordHeaderBytes &+ ciphertextBytes else { return false }

        let opened = plaintext.writeWithUnsafeMutableBytes(
            minimumWritableBytes: ciphertextBytes &- SealLimits.tagBytes
        ) { destination in
            input.withUnsafeReadableBytes { record in
                guard let base = destination.baseAddress, let start = record.baseAddress else { return 0 }
                let ciphertext = UnsafeRawBufferPointer(
                    start: start + SealLimits.recordHeaderBytes, count: ciphertextBytes)
                return cipher.decrypt(ciphertext, to: base) ? ciphertextBytes &- SealLimits.tagBytes : 0
            }
        }
        if opened == 0 { throw poison() }
        input.moveReaderIndex(forwardBy: SealLimits.recordHeaderBytes &+ ciphertextBytes)
        let left = recordsLeft &- 1
        recordsLeft = left
        if left == 0 { startNextKey() }
        return true
    }

    @usableFromInline func startNextKey() {
        cipher.rekey()
        recordsLeft = recordsPerKey
    }

    @usableFromInline func poison(badLength bytes: Int) -> SealError {
        isPoisoned = true
        return SealError(
            .badLength,
            "a record's length is below the smallest record",
            context: ["bytes": bytes, "min": SealLimits.recordCiphertextBytesMin],
        )
    }

    @usableFromInline func poison() -> SealError {
        isPoisoned = true
        return SealError(
            .recordForged,
            "a record does not authenticate: altered, replayed or out of order",
            context: ["record": Int(clamping: cipher.nonce)],
        )
    }

    @usableFromInline static var poisoned: SealError {
        SealError(.openerPoisoned, "an earlier record on this link was refused")
    }
}
