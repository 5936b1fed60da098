import DequeModule
import NIOCore
import PlushTree
import PlushWire

/// The authority's end of the log (P3): records wait to be batched, batches wait to be durable, and only then are sent.
struct LogWriter: Sendable {
    private let overlay: OverlayID
    private let epoch: UInt32
    private var waiting: [LogRecord] = []
    /// Settlements can wait for company: they cost a message each way down the tree and nobody waits for them.
    private var lazy: [LogRecord] = []
    private var nextIndex: UInt64 = 1
    private var previous = Digest.zero
    private var undurable: Deque<SignedBatch> = []
    private(set) var durableIndex: UInt64 = 0
    private(set) var shelf = LogFollower()

    init(overlay: OverlayID, epoch: UInt32) {
        self.overlay = overlay
        self.epoch = epoch
    }

    mutating func append(_ record: LogRecord) {
        waiting.append(record)
    }

    mutating func appendLazily(_ record: LogRecord) {
        lazy.append(record)
    }

    /// The position up to which the log will reach once everything that waits has been batched.
    var lastIndexAfterFlush: UInt64 {
        nextIndex + UInt64(waiting.count + lazy.count) - 1
    }

    /// What could wait has waited long enough.
    mutating func releaseLazy() {
        waiting = lazy + waiting
        lazy = []
    }

    /// The waiting records under one signature.
    mutating func takeBatch(tools: ContentTools, sign: (ByteBuffer) -> Signature) -> SignedBatch? {
        guard !waiting.isEmpty else { return nil }
        releaseLazy()
        let (records, encoded) = takeRecords()
        let bytes = SignedBatch.signedBytes(
            overlay: overlay, epoch: epoch, firstIndex: nextIndex, count: UInt32(records.count), previous: previous,
            records: encoded)
        let batch = SignedBatch(
            epoch: epoch, firstIndex: nextIndex, count: UInt32(records.count), previous: previous, records: encoded,
            signature: sign(bytes))
        previous = tools.digest(bytes)
        nextIndex += UInt64(records.count)
        undurable.append(batch)
        shelf.keep(batch, records)
        return batch
    }

    /// As many records as one batch may hold. One that is larger than a batch is a fault of whoever made it: every
    /// agent would close its link over it.
    private mutating func takeRecords() -> (records: [LogRecord], encoded: ByteBuffer) {
        var records: [LogRecord] = []
        var encoded = ByteBuffer()
        while let record = waiting.first, records.count < WireLimits.batchRecordsMax {
            let bytes = SignedBatch.encode([record])
            precondition(
                bytes.readableBytes <= WireLimits.recordBatchBytesMax, "a record of \(bytes.readableBytes) bytes")
            guard encoded.readableBytes + bytes.readableBytes <= WireLimits.recordBatchBytesMax else { break }
            encoded.writeImmutableBuffer(bytes)
            records.append(record)
            waiting.removeFirst()
        }
        return (records, encoded)
    }

    /// The journal has come this far: these batches may be sent.
    mutating func durable(upTo index: UInt64) -> [SignedBatch] {
        var ready: [SignedBatch] = []
        while let batch = undurable.first, batch.lastIndex <= index {
            ready.append(undurable.removeFirst())
            durableIndex = batch.lastIndex
        }
        return ready
    }

    /// What a child that has applied up to `position` lacks, as far as it is durable.
    func batches(after position: LogPosition) -> [SignedBatch] {
        shelf.batches(after: position).filter { $0.lastIndex <= durableIndex }
    }
}
