import DequeModule
import OrderedCollections
import PlushTree
import PlushWire

/// An agent's copy of the log (P3): applies batches in order, and keeps those that a new child may need.
package struct LogFollower: Sendable {
    /// Batches kept although all their operations are closed, so that a child that was away learns of the closing.
    package static let closedBatchesMax = 256

    /// The newest batches, whatever they hold.
    private var recent: Deque<SignedBatch> = []
    /// Older ones that somebody may still need, by their first position.
    private var pinned: OrderedDictionary<UInt64, SignedBatch> = [:]
    private var openOperations: OrderedSet<OperationID> = []
    private var openBarriers: OrderedSet<BarrierKey> = []
    private var needs: OrderedDictionary<UInt64, Need> = [:]
    /// Gaps are allowed up to here: the parent keeps only what is open of what was before its acceptance.
    private var replayIndex: UInt64 = 0
    package private(set) var applied = LogPosition.start

    /// Why a batch is kept.
    private struct Need: Sendable {
        /// Operations that it starts or cancels.
        var operations: [OperationID] = []
        /// Barriers that it opens, releases or drops ranks from.
        var barriers: [BarrierKey] = []
        /// It says who belongs to the overlay, or that it ends.
        var isForGood = false
    }

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

    /// A parent has accepted this node when its own log reached `index`.
    package mutating func expectReplay(upTo index: UInt64) {
        replayIndex = index
    }

    /// Takes a batch whose signature has been verified. A replay may leave out what was closed before this agent came.
    package mutating func arrive(_ batch: SignedBatch) -> Arrival {
        guard batch.lastIndex > applied.index else { return .known }
        guard batch.firstIndex <= max(applied.index, replayIndex) + 1 else {
            return .refused("records \(batch.firstIndex) after \(max(applied.index, replayIndex))")
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
        recent.append(batch)
        var need = Need()
        for record in records {
            switch record {
            case .operation(let operation):
                need.operations.append(operation.id)
                openOperations.append(operation.id)
            case .cancel(let cancel):
                need.operations.append(cancel.operation)
            case .settle(let settlement):
                if settlement.isClosed { close(settlement.operation) }
            case .roster, .controllers, .dissolve:
                need.isForGood = true
            case .barrier(let opening):
                need.barriers.append(opening.key)
                openBarriers.append(opening.key)
            case .release(let release):
                need.barriers.append(BarrierKey(application: release.application, name: release.name))
            case .drop(let drop):
                need.barriers.append(drop.key)
            case .closeBarriers(let application):
                openBarriers.removeAll { $0.application == application }
                unpin()
            }
        }
        if need.isForGood || !need.operations.isEmpty || !need.barriers.isEmpty { needs[batch.firstIndex] = need }
        while recent.count > Self.closedBatchesMax { retire(recent.removeFirst()) }
    }

    private mutating func retire(_ batch: SignedBatch) {
        if isNeeded(batch.firstIndex) {
            pinned[batch.firstIndex] = batch
        } else {
            needs[batch.firstIndex] = nil
        }
    }

    private func isNeeded(_ index: UInt64) -> Bool {
        guard let need = needs[index] else { return false }
        return need.isForGood || need.operations.contains { openOperations.contains($0) }
            || need.barriers.contains { openBarriers.contains($0) }
    }

    private mutating func close(_ id: OperationID) {
        if openOperations.remove(id) != nil { unpin() }
    }

    private mutating func unpin() {
        for index in pinned.keys where !isNeeded(index) {
            pinned[index] = nil
            needs[index] = nil
        }
    }

    /// What a child that has applied up to `position` lacks.
    package func batches(after position: LogPosition) -> [SignedBatch] {
        (pinned.values + recent).filter { $0.lastIndex > position.index }
    }
}
