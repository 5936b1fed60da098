import OrderedCollections
import PlushTree
import PlushWire

extension RelayNode {
    mutating func beginTransfer(
        _ id: OperationID, _ task: FilesTask, isTarget: Bool, into actions: inout [Action]
    ) {
        guard let targets = operations[id]?.targets else { return }
        var transfer = LocalTransfer(id, task, isTarget: isTarget)
        for child in children.all where child.isAttached && !child.subtree.isDisjoint(with: targets) {
            transfer.fanout.add(child.link, from: rules.resumesTransfers ? child.chunks(of: id) : 0)
        }
        transfers[id] = transfer
        actions.append(.prepareFiles(id, task, asTarget: isTarget))
    }

    /// A child that has come, or whose subtree has grown: it gets the transfers that concern it, from the spool.
    mutating func startServing(_ link: LinkID, subtree: RankSet, into actions: inout [Action]) {
        guard let child = children[link: link] else { return }
        for id in transfers.keys {
            guard let targets = operations[id]?.targets, !subtree.isDisjoint(with: targets) else { continue }
            transfers[id]?.fanout.add(link, from: rules.resumesTransfers ? child.chunks(of: id) : 0)
            transfers[id]?.fanout.pump(link, fresh: nil, children: &children, into: &actions)
        }
    }

    mutating func filesPrepared(
        _ id: OperationID, failure: String?, at now: Instant, into actions: inout [Action]
    ) {
        guard let transfer = transfers[id] else { return }
        if let failure { failTransfer(id, failure, at: now, into: &actions) }
        if transfer.isTarget, failure == nil { operations[id]?.rollup.start(RankSet(identity.rank)) }
        finishTransferIfWhole(id, into: &actions)
    }

    mutating func receive(_ chunk: FileChunk, on link: LinkID, at now: Instant, into actions: inout [Action]) {
        guard chunkWindow.receive(chunk.creditBytes) else {
            rejectParent(link, "sent more chunks than it was given credit for", at: now, into: &actions)
            return
        }
        guard var transfer = transfers[chunk.operation] else {
            freeChunk(chunk, link, into: &actions)  // closed meanwhile: a race without harm
            return
        }
        guard chunk.number == transfer.nextArrival, chunk.number < transfer.fanout.count else {
            let reason = "chunk \(chunk.number) when \(transfer.nextArrival) was next"
            rejectParent(link, reason, at: now, into: &actions)
            return
        }
        transfer.nextArrival += 1
        transfer.arriving.append((chunk, link))
        transfers[chunk.operation] = transfer
        actions.append(.storeChunk(chunk, link))
    }

    mutating func chunkStored(
        _ id: OperationID, number: UInt32, failure: String?, at now: Instant, into actions: inout [Action]
    ) {
        guard var transfer = transfers[id], let (chunk, link) = transfer.arriving.first, chunk.number == number else {
            return
        }
        transfer.arriving.removeFirst()
        transfer.fanout.store(chunk)
        transfer.fanout.pumpAll(fresh: chunk, children: &children, into: &actions)
        transfers[id] = transfer
        freeChunk(chunk, link, into: &actions)
        if let failure { failTransfer(id, failure, at: now, into: &actions) }
        finishTransferIfWhole(id, into: &actions)
    }

    /// Credit belongs to a link: what came from an earlier parent is in no window any more.
    private mutating func freeChunk(_ chunk: FileChunk, _ link: LinkID, into actions: inout [Action]) {
        guard link == uplink.attachedLink, let total = chunkWindow.free(chunk.creditBytes) else { return }
        actions.append(.send(link, .credit(total)))
    }

    /// What came is not what the root has signed. It is asked for again, from somebody else.
    mutating func chunkForged(
        _ id: OperationID, number: UInt32, _ link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        if let index = transfers[id]?.arriving.firstIndex(where: { $0.chunk.number == number }) {
            for (chunk, link) in transfers[id]?.arriving[index...] ?? [] { freeChunk(chunk, link, into: &actions) }
            transfers[id]?.arriving.removeSubrange(index...)
            transfers[id]?.nextArrival = number
        }
        let reason = "chunk \(number) of operation \(id) is not what the manifest says"
        rejectParent(link, reason, at: now, into: &actions)
    }

    private mutating func finishTransferIfWhole(_ id: OperationID, into actions: inout [Action]) {
        guard let transfer = transfers[id], transfer.isTarget, transfer.failure == nil, transfer.fanout.isComplete
        else { return }
        actions.append(.finishFiles(id))
    }

    mutating func filesFinished(
        _ id: OperationID, failure: String?, at now: Instant, into actions: inout [Action]
    ) {
        guard transfers[id] != nil else { return }
        if let failure {
            failTransfer(id, failure, at: now, into: &actions)
        } else {
            finish(id, .ok, at: now, into: &actions)
        }
    }

    private mutating func failTransfer(
        _ id: OperationID, _ reason: String, at now: Instant, into actions: inout [Action]
    ) {
        guard let transfer = transfers[id], transfer.isTarget, transfer.failure == nil else { return }
        transfers[id]?.failure = reason
        finish(id, Outcome(.failed, code: 1, detail: reason.cutForWire), at: now, into: &actions)
    }

    /// A cancelled transfer is no longer passed on to children whose targets are all cancelled.
    mutating func stopTransfer(_ cancel: Cancel, at now: Instant, into actions: inout [Action]) {
        let id = cancel.operation
        guard let transfer = transfers[id], let targets = operations[id]?.targets else { return }
        for child in children.all where child.subtree.intersection(targets).isSubset(of: cancel.ranks) {
            transfers[id]?.fanout.remove(child.link)
        }
        guard cancel.ranks.contains(identity.rank), !transfer.fanout.isComplete else { return }
        failTransfer(id, "cancelled", at: now, into: &actions)
    }

    /// A child has room for more.
    mutating func pumpChunks(to link: LinkID, into actions: inout [Action]) {
        for id in transfers.keys {
            transfers[id]?.fanout.pump(link, fresh: nil, children: &children, into: &actions)
        }
    }
}
