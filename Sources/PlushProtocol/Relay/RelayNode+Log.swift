import PlushTree
import PlushWire

extension RelayNode {
    mutating func receive(_ batch: SignedBatch, on link: LinkID, at now: Instant, into actions: inout [Action]) {
        if let refusal = membership.refusal(of: batch) {
            actions.append(.close(link, refusal))
            return
        }
        switch log.arrive(batch) {
        case .known:
            return
        case .refused(let reason):
            actions.append(.close(link, reason))
        case .next(let records):
            for child in children.attachedLinks { actions.append(.send(child, .log(batch))) }
            for record in records { apply(record, at: now, into: &actions) }
        }
    }

    private mutating func apply(_ record: LogRecord, at now: Instant, into actions: inout [Action]) {
        switch record {
        case .operation(let operation): begin(operation, at: now, into: &actions)
        case .cancel(let cancel): apply(cancel, at: now, into: &actions)
        case .settle(let settlement): apply(settlement, into: &actions)
        case .roster(let change): membership.apply(change)
        // Barriers have no members yet; who holds a release for a later child keeps the record in the log.
        case .release, .controllers: break
        case .dissolve: dissolve(at: now, into: &actions)
        }
    }

    private mutating func begin(_ operation: Operation, at now: Instant, into actions: inout [Action]) {
        let id = operation.id
        guard operations[id] == nil else { return }
        operations[id] = OperationState(operation)
        if operation.reportIntervalMilliseconds > 0 {
            timers.set(
                .report(id), at: now.advanced(byMilliseconds: UInt64(operation.reportIntervalMilliseconds)))
        }
        let incarnation = operation.targets.incarnation(of: identity.rank)
        if case .files(let task) = operation.task {
            beginTransfer(id, task, isTarget: incarnation == identity.incarnation, into: &actions)
        }
        guard let incarnation else { return }
        guard incarnation == identity.incarnation else {
            finish(id, Outcome(.lost, detail: "the agent was restarted"), at: now, into: &actions)
            return
        }
        guard phase == .running, !tombstones.contains(id) else {
            finish(id, Outcome(.notStarted, detail: "cancelled"), at: now, into: &actions)
            return
        }
        let time = membership.overlayMilliseconds(at: now)
        guard operation.expiryMilliseconds == 0 || time <= operation.expiryMilliseconds else {
            finish(id, Outcome(.notStarted, detail: "expired before it arrived"), at: now, into: &actions)
            return
        }
        start(operation, at: now, into: &actions)
    }

    private mutating func start(_ operation: Operation, at now: Instant, into actions: inout [Action]) {
        let id = operation.id
        switch operation.task {
        case .probe:
            finish(id, .ok, at: now, into: &actions)
        case .run(let task):
            runs[id] = LocalRun(id, task, rank: identity.rank)
            actions.append(.spawn(id, task))
        case .files:
            break  // begun already: what is passed on does not depend on being a target
        case .collect(let task):
            runs[id] = LocalRun(collecting: id, rank: identity.rank)
            operations[id]?.rollup.start(RankSet(identity.rank))
            actions.append(.collect(id, task))
        }
    }

    private mutating func apply(_ cancel: Cancel, at now: Instant, into actions: inout [Action]) {
        stopTransfer(cancel, at: now, into: &actions)
        guard cancel.ranks.contains(identity.rank) else { return }
        tombstones.append(cancel.operation)
        if tombstones.count > ProtocolLimits.tombstonesMax { tombstones.removeFirst() }
        stopRun(cancel.operation, because: .cancelled, at: now, into: &actions)
    }

    /// What the root holds durably is freed; a closed operation is forgotten (rule 5).
    private mutating func apply(_ settlement: Settlement, into actions: inout [Action]) {
        let id = settlement.operation
        guard settlement.isClosed else { return }
        operations.removeValue(forKey: id)
        timers.cancel(.report(id))
        if transfers.removeValue(forKey: id) != nil { actions.append(.forgetFiles(id)) }
        if runs[id]?.isRunning != true { runs.removeValue(forKey: id) }
    }

    /// The overlay ends: commands are stopped, the subtree leaves first, then this node.
    private mutating func dissolve(at now: Instant, into actions: inout [Action]) {
        guard phase == .running else { return }
        phase = .dissolving
        for id in runs.keys { stopRun(id, because: .cancelled, at: now, into: &actions) }
        timers.set(.dissolve, at: now.advanced(byMilliseconds: ProtocolLimits.dissolveMilliseconds))
        leaveIfAlone(into: &actions)
    }

    /// Leaves once neither a command nor a child is left.
    mutating func leaveIfAlone(into actions: inout [Action]) {
        guard phase == .dissolving, children.attachedCount == 0 else { return }
        guard !runs.values.contains(where: \.isRunning) else { return }
        leave(into: &actions)
    }

    mutating func leave(into actions: inout [Action]) {
        if let link = uplink.attachedLink { actions.append(.send(link, .leave("dissolved"))) }
        end("dissolved", into: &actions)
    }
}
