import NIOCore

/// Seals what one side of a link sends into records: a `UInt16` (big-endian) with the ciphertext's length, then the
/// ciphertext with its tag. Many frames belong into one record: one tag, one system call.
///
/// Both sides count records and replace the key every ``SealLimits/recordsPerKey`` of them, with nothing on the wire.
/// A class for the reason given at ``CipherState``.
package final class RecordSealer {
    @usableFromInline let cipher: CipherState
    @usableFromInline let recordsPerKey: UInt64
    @usableFromInline var recordsLeft: UInt64

    /// A sealer at the start of a link. `recordsPerKey` is an argument for tests and equal on both sides.
    package init(cipher: CipherState, recordsPerKey: UInt64 = SealLimits.recordsPerKey) {
        precondition(recordsPerKey > 0, "a key seals at least one record")
        self.cipher = cipher
        self.recordsPerKey = recordsPerKey
        recordsLeft = recordsPerKey
    }

    /// Appends the records of the readable bytes to `out`. Nothing to seal appends nothing.
    @inlinable package func seal(_ plaintext: ByteBuffer, into out: inout ByteBuffer) {
        plaintext.withUnsafeReadableBytes { seal($0, into: &out) }
    }

    /// Appends the records of `plaintext` to `out`, encrypting straight into its storage.
    @inlinable package func seal(_ plaintext: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        var rest = plaintext
        while !rest.isEmpty {
            let count = min(rest.count, SealLimits.recordPlaintextBytesMax)
            sealOne(UnsafeRawBufferPointer(start: rest.baseAddress, count: count), into: &out)
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    @inlinable func sealOne(_ plaintext: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        let ciphertextBytes = plaintext.count &+ SealLimits.tagBytes
        let recordBytes = ciphertextBytes &+ SealLimits.recordHeaderBytes
        out.writeWithUnsafeMutableBytes(minimumWritableBytes: recordBytes) { destination in
            guard let base = destination.baseAddress else { return 0 }
            base.storeBytes(of: UInt16(truncatingIfNeeded: ciphertextBytes).bigEndian, as: UInt16.self)
            cipher.encrypt(plaintext, to: base + SealLimits.recordHeaderBytes)
            return recordBytes
        }
        let left = recordsLeft &- 1
        recordsLeft = left
        if left == 0 { startNextKey() }
    }

    @usableFromInline func startNextKey() {
        cipher.rekey()
        recordsLeft = recordsPerKey
    }
}
