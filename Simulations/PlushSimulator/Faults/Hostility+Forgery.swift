import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// What can be changed in a message by somebody who has no key.
extension World {
    func forge(_ message: Message) -> [Message] {
        switch message {
        case .log(let batch): return forge(batch)
        case .beacon(let beacon):
            var later = Beacon(
                epoch: beacon.epoch, sequence: beacon.sequence + 1,
                overlayMilliseconds: beacon.overlayMilliseconds + 60_000, logIndex: beacon.logIndex + 1,
                rosterVersion: beacon.rosterVersion, signature: beacon.signature)
            if random.happens(perThousand: 500) {
                later.signature = WorldTools.sign(
                    later.signedBytes(overlay: WorldTools.overlay), with: WorldTools.rootKey)
            }
            return random.happens(perThousand: 300) ? [.beacon(later)] : [message]
        case .chunk(let chunk):
            guard random.happens(perThousand: 500), chunk.body.bytes.readableBytes > 0 else { return [message] }
            var bytes = chunk.body.bytes
            bytes.setInteger(UInt8(truncatingIfNeeded: random.next()), at: bytes.readerIndex)
            return [.chunk(FileChunk(operation: chunk.operation, number: chunk.number, body: Body(plain: bytes)))]
        case .results(let report):
            let buckets = report.buckets.map {
                OutcomeBucket(outcome: Outcome(.failed, code: 66), streams: $0.streams, ranks: $0.ranks)
            }
            return [.results(ResultReport(operation: report.operation, started: report.started, buckets: buckets))]
        case .output(let segment):
            var bytes = ByteBuffer()
            bytes.writeRepeatingByte(0x21, count: segment.body.bytes.readableBytes)
            return [
                .output(
                    OutputSegment(
                        operation: segment.operation, stream: segment.stream, number: segment.number,
                        flags: segment.flags, tag: segment.tag, body: Body(plain: bytes), ranks: segment.ranks))
            ]
        default:
            return [message]
        }
    }

    /// Flips a byte of the records, or signs records of its own with a key of its own, or swaps signatures.
    private func forge(_ batch: SignedBatch) -> [Message] {
        var records = batch.records
        var signature = batch.signature
        switch random.below(4) {
        case 0:
            let index = records.readerIndex + random.below(max(1, records.readableBytes))
            records.setInteger(UInt8(truncatingIfNeeded: random.next()), at: index)
        case 1:
            let forged = WorldTools.batch(
                [.dissolve], first: batch.firstIndex, epoch: batch.epoch, key: WorldTools.rootKey)
            return [.log(forged)]
        case 2:
            signature = journal.first?.signature ?? signature
        default:
            return [.log(batch)]
        }
        return [
            .log(
                SignedBatch(
                    epoch: batch.epoch, firstIndex: batch.firstIndex, count: batch.count, previous: batch.previous,
                    records: records, signature: signature))
        ]
    }
}
