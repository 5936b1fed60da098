import NIOCore
import PlushTree

/// Consecutive records of the log under one signature, kept as the very bytes that were signed: a relay forwards
/// them unread, the journal holds them as they are, and an agent that lacks them is sent the same bytes again.
///
/// The signature covers a domain word, the overlay, the epoch, the first position, the count, the hash of all that
/// came before (`previous`) and the records themselves, so each batch can be verified alone: an agent that joins late
/// needs only the records that are still open.
package struct SignedBatch: WireValue {
    package let epoch: UInt32
    /// The position of the first record, from 1.
    package let firstIndex: UInt64
    package let count: UInt32
    /// The chain: digest of the previous batch's signed bytes, zero before the first.
    package let previous: Digest
    /// The records, one after another.
    package let records: ByteBuffer
    package let signature: Signature

    package init(
        epoch: UInt32, firstIndex: UInt64, count: UInt32, previous: Digest, records: ByteBuffer, signature: Signature
    ) {
        self.epoch = epoch
        self.firstIndex = firstIndex
        self.count = count
        self.previous = previous
        self.records = records
        self.signature = signature
    }

    /// The position of the last record.
    package var lastIndex: UInt64 {
        firstIndex + UInt64(count) - 1
    }

    /// The bytes that are signed, and whose digest the next batch carries.
    package func signedBytes(overlay: OverlayID) -> ByteBuffer {
        Self.signedBytes(
            overlay: overlay, epoch: epoch, firstIndex: firstIndex, count: count, previous: previous, records: records)
    }

    package static func signedBytes(
        overlay: OverlayID, epoch: UInt32, firstIndex: UInt64, count: UInt32, previous: Digest, records: ByteBuffer
    ) -> ByteBuffer {
        var writer = WireWriter()
        writer.text("plush log 1")
        overlay.write(to: &writer)
        writer.varint(epoch)
        writer.varint(firstIndex)
        writer.varint(count)
        previous.write(to: &writer)
        writer.bytes(records)
        return writer.buffer
    }

    /// Encodes records as a batch holds them.
    package static func encode(_ records: [LogRecord]) -> ByteBuffer {
        var writer = WireWriter()
        for record in records { record.write(to: &writer) }
        return writer.buffer
    }

    /// Decodes the records; the count must agree and no byte may be left.
    package func decoded() throws(WireError) -> [LogRecord] {
        var reader = WireReader(records)
        var decoded: [LogRecord] = []
        for _ in 0..<count { decoded.append(try LogRecord(from: &reader)) }
        try reader.finish("records")
        return decoded
    }

    package func write(to writer: inout WireWriter) {
        writer.varint(epoch)
        writer.varint(firstIndex)
        writer.varint(count)
        previous.write(to: &writer)
        writer.bytes(records)
        signature.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        epoch = try reader.varint32("batch epoch")
        firstIndex = try reader.varint("batch index")
        count = try reader.varint32("batch count")
        guard (1...UInt32(WireLimits.batchRecordsMax)).contains(count), firstIndex >= 1, firstIndex < UInt64(1) << 62
        else { throw WireError(.tooLong, "batch count") }
        previous = try Digest(from: &reader)
        records = try reader.bytes(max: WireLimits.recordBatchBytesMax, "batch records")
        signature = try Signature(from: &reader)
    }
}
