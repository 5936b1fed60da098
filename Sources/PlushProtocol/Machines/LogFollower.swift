import Collections
import PlushTree
import PlushWire

/// An agent's copy of the log (P3): applies batches in order, and keeps those that a new child may need.
package struct LogFollower: Sendable {
    /// Batches kept although all their operations are closed, so that a child that was away learns of the closing.
    package static let closedBatchesMax = 256

    private var kept: Deque<SignedBatch> = []
    private var openOperations: OrderedSet<OperationID> = []
    private var operationsByBatch: OrderedDictionary<UInt64, [OperationID]> = [:]
    package private(set) var applied = LogPosition.start

    package init() {}

    /// What a batch from the parent is.
    package enum Arrival: Hashable {
        /// These records come next.
        case next([LogRecord])
        /// Known already: a replay after re-attaching.
        case known
        /// The parent left something out or broke the format; the link to it must go.
        case refused(String)
    }

    /// Takes a batch whose signature has been verified. The first one may begin anywhere: what was closed before
    /// this agent came is not replayed.
    package mutating func arrive(_ batch: SignedBatch) -> Arrival {
        guard batch.lastIndex > applied.index else { return .known }
        guard applied == .start || batch.firstIndex == applied.index + 1 else {
            return .refused("records \(batch.firstIndex) after \(applied.index)")
        }
        let records: [LogRecord]
        do throws(WireError) {
            records = try batch.decoded()
        } catch {
            return .refused(error.description)
        }
        applied = LogPosition(epoch: batch.epoch, index: batch.lastIndex)
        keep(batch, records)
        return .next(records)
    }

    /// Keeps a batch of this node's own making (the controller's side of the same shelf).
    package mutating func keep(_ batch: SignedBatch, _ records: [LogRecord]) {
        kept.append(batch)
        var ids: [OperationID] = []
        for record in records {
            switch record {
            case .operation(let operation):
                ids.append(operation.id)
                openOperations.append(operation.id)
            case .settle(let settlement):
                if settlement.isClosed { openOperations.remove(settlement.operation) }
            case .cancel, .roster, .release, .controllers, .dissolve:
                break
            }
        }
        if !ids.isEmpty { operationsByBatch[batch.firstIndex] = ids }
        drop()
    }

    private mutating func drop() {
        while kept.count > Self.closedBatchesMax, let oldest = kept.first {
            let ids = operationsByBatch[oldest.firstIndex] ?? []
            guard ids.allSatisfy({ !openOperations.contains($0) }) else { return }
            operationsByBatch[oldest.firstIndex] = nil
            kept.removeFirst()
        }
    }

    /// What a child that has applied up to `position` lacks.
    package func batches(after position: LogPosition) -> [SignedBatch] {
        kept.filter { $0.lastIndex > position.index }
    }
}
