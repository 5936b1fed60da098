import NIOCore
import OrderedCollections
import PlushProtocol
import PlushTree
import PlushWire

/// The world's own books: what really happened, whatever the nodes believe.
package struct WorldRecords {
    /// What is true of one operation.
    package struct Truth {
        package let operation: Operation
        /// Its record's position in the log.
        package let index: UInt64
        package var spawned = RankSet()
        package var exited = RankSet()
        package var cancelled: [(index: UInt64, ranks: RankSet)] = []
        /// Result reports for it that came to the root.
        package var reports = 0
    }

    package var occurrences = 0
    package var notices: [ControllerNotice] = []
    /// What processes were answered through their sockets, by request.
    package var applicationAnswers: [UInt64: BarrierAnswer] = [:]
    package var closingCounts: [OperationID: Int] = [:]
    package var closings: [OperationID: (buckets: [OutcomeBucket], truncated: RankSet)] = [:]
    package var isDissolved = false
    package var controllerNotes: [String] = []
    package var closures: [(party: Party, peer: Party, reason: String)] = []
    /// Messages that the root has received and sent, by type, and their bytes.
    package var rootReceived: [UInt8: Int] = [:]
    package var rootSent: [UInt8: Int] = [:]
    package var rootReceivedBytes: UInt64 = 0
    package var rootSentBytes: UInt64 = 0
    package var durableIndex: UInt64 = 0
    package var journal: [SignedBatch] = []
    package var issued: OrderedDictionary<OperationID, Truth> = [:]
    /// Who was asked, by the word of whoever asked.
    package var targets: [OperationID: RankSet] = [:]
    package var delivered: [OutputSegment] = []
    package var spawns: [SpawnKey: Int] = [:]
    package var exits: [SpawnKey: ProcessExit] = [:]
    package var written: [StreamKey: ByteBuffer] = [:]

    package init() {}

    mutating func close(_ id: OperationID, _ buckets: [OutcomeBucket], _ truncated: RankSet) {
        closingCounts[id, default: 0] += 1
        closings[id] = (buckets, truncated)
    }

    mutating func issue(_ batch: SignedBatch) {
        journal.append(batch)
        guard let records = try? batch.decoded() else { return }
        for (offset, record) in records.enumerated() {
            let index = batch.firstIndex + UInt64(offset)
            switch record {
            case .operation(let operation): issued[operation.id] = Truth(operation: operation, index: index)
            case .cancel(let cancel): issued[cancel.operation]?.cancelled.append((index, cancel.ranks))
            case .settle, .roster, .release, .controllers, .dissolve, .barrier, .drop, .closeBarriers: break
            }
        }
    }
}

/// A rank's run of an operation.
package struct SpawnKey: Hashable {
    package let operation: OperationID
    package let rank: Rank

    package init(operation: OperationID, rank: Rank) {
        self.operation = operation
        self.rank = rank
    }
}

/// One stream of one rank.
package struct StreamKey: Hashable, Comparable {
    package let operation: OperationID
    package let rank: Rank
    package let stream: OutputSegment.Stream

    package init(operation: OperationID, rank: Rank, stream: OutputSegment.Stream) {
        self.operation = operation
        self.rank = rank
        self.stream = stream
    }
    package static func < (left: StreamKey, right: StreamKey) -> Bool {
        (left.operation, left.rank, left.stream.rawValue) < (right.operation, right.rank, right.stream.rawValue)
    }
}
