import OrderedCollections
import PlushTree
import PlushWire

extension RelayNode {
    mutating func receive(_ batch: SignedBatch, on link: LinkID, at now: Instant, into actions: inout [Action]) {
        if let refusal = membership.refusal(of: batch) {
            rejectParent(link, refusal, at: now, into: &actions)
            return
        }
        switch log.arrive(batch) {
        case .known:
            return
        case .refused(let reason):
            rejectParent(link, reason, at: now, into: &actions)
        case .next(let records):
            for child in children.attachedLinks { actions.append(.send(child, .log(batch))) }
            for record in records { apply(record, at: now, into: &actions) }
        }
    }

    private mutating func apply(_ record: LogRecord, at now: Instant, into actions: inout [Action]) {
        switch record {
        case .operation(let operation): begin(operation, at: now, into: &actions)
        case .cancel(let cancel): apply(cancel, at: now, into: &actions)
        case .settle(let settlement): apply(settlement, at: now, into: &actions)
        case .roster(let change): membership.apply(change)
        case .release(let release): apply(release, at: now, into: &actions)
        case .barrier(let opening): openBarrier(opening)
        case .drop(let drop): apply(drop, at: now, into: &actions)
        case .closeBarriers(let application): barriers.close(application: application)
        case .controllers: break
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
        let refusal = incarnation.flatMap { whyNotBegun(operation, incarnation: $0, at: now) }
        if case .files(let task) = operation.task {
            // What is passed on does not depend on being a target.
            beginTransfer(id, task, isTarget: incarnation != nil && refusal == nil, into: &actions)
        }
        guard incarnation != nil else { return }
        if let refusal {
            finish(id, refusal, at: now, into: &actions)
        } else {
            start(operation, at: now, into: &actions)
        }
    }

    /// The outcome of an operation that must not begin here; nil when it may.
    private func whyNotBegun(_ operation: Operation, incarnation: UInt32, at now: Instant) -> Outcome? {
        guard incarnation == identity.incarnation else { return Outcome(.lost, detail: "the agent was restarted") }
        guard phase == .running, !tombstones.contains(operation.id) else {
            return Outcome(.notStarted, detail: "cancelled")
        }
        let isLate =
            operation.expiryMilliseconds > 0
            && membership.overlayMilliseconds(at: now) > operation.expiryMilliseconds
        return isLate ? Outcome(.notStarted, detail: "expired before it arrived") : nil
    }

    private mutating func start(_ operation: Operation, at now: Instant, into actions: inout [Action]) {
        let id = operation.id
        switch operation.task {
        case .probe:
            finish(id, .ok, at: now, into: &actions)
        case .run(let task):
            startRun(id, task, into: &actions)
        case .gated(let gate, let task):
            wait(id, gate, task, at: now, into: &actions)
        case .files:
            break  // begun already
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
        if closeGate(cancel.operation, Outcome(.notStarted, detail: "cancelled"), at: now, into: &actions) { return }
        stopRun(cancel.operation, because: .cancelled, at: now, into: &actions)
    }

    /// What the root holds durably is freed; a closed operation is forgotten (rule 5).
    private mutating func apply(_ settlement: Settlement, at now: Instant, into actions: inout [Action]) {
        let id = settlement.operation
        guard settlement.isClosed else { return }
        discardFolded(id, at: now, into: &actions)
        operations.removeValue(forKey: id)
        gates.remove(id)
        timers.cancel(.report(id))
        timers.cancel(.flush(id))
        if transfers.removeValue(forKey: id) != nil { actions.append(.forgetFiles(id)) }
        // A command that goes on has been given up by the root, and that is final (rule 3): it is stopped.
        if runs[id]?.isRunning == true {
            stopRun(id, because: .cancelled, at: now, into: &actions)
        } else {
            runs.removeValue(forKey: id)
        }
    }

    /// The overlay ends: commands are stopped, the subtree leaves first, then this node.
    private mutating func dissolve(at now: Instant, into actions: inout [Action]) {
        guard phase == .running else { return }
        phase = .dissolving
        for id in gates.waitingOperations { gates.remove(id) }
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
