import NIOCore
import OrderedCollections
import PlushTree
import PlushWire

extension ControllerNode {
    /// What a client asks for.
    package struct Request: Sendable {
        package var targets: RankSet
        package var task: OperationTask
        package var reportIntervalMilliseconds: UInt32
        /// Within this time an agent must have begun; 0: whenever.
        package var expiryMilliseconds: UInt64
        /// For files: what each chunk takes of credit, in order; the runtime's spool holds the chunks.
        package var spooled: [UInt64]

        package init(
            targets: RankSet, task: OperationTask, reportIntervalMilliseconds: UInt32 = 0,
            expiryMilliseconds: UInt64 = 0, spooled: [UInt64] = []
        ) {
            self.targets = targets
            self.task = task
            self.reportIntervalMilliseconds = reportIntervalMilliseconds
            self.expiryMilliseconds = expiryMilliseconds
            self.spooled = spooled
        }
    }

    /// The id that the next ``submit(_:at:into:)`` will give.
    package var nextOperation: OperationID {
        OperationID(epoch: configuration.credential.epoch, sequence: sequence + 1)
    }

    /// Writes an operation to the log. Targets that never joined are `unreachable` and those that have left are `lost`
    /// from the start; the notices for that come with the returned actions.
    @discardableResult
    package mutating func submit(_ request: Request, at now: Instant, into actions: inout [Action]) -> OperationID {
        let id = nextOperation
        sequence += 1
        let expiry =
            request.expiryMilliseconds == 0
            ? 0 : now.milliseconds(since: begun) + request.expiryMilliseconds
        // Who is not in the tree is no target on the wire: whoever is called unreachable must not run it later.
        let operation = Operation(
            id: id, targets: TargetSet([TargetSet.Group(incarnation: 1, ranks: request.targets.intersection(joined))]),
            expiryMilliseconds: expiry, reportIntervalMilliseconds: request.reportIntervalMilliseconds,
            task: request.task)
        operations[id] = OperationState(operation, targets: request.targets)
        if request.task.hasOutput { ledgers[id] = OutputLedger() }
        writer.append(.operation(operation))
        if case .files = request.task {
            transfers[id] = ChunkFanout(operation: id, spooled: request.spooled)
            manifests[id] = writer.lastIndexAfterFlush
        }
        flush(into: &actions)
        followForBarriers(operation)
        setAnswerDeadline(operation, at: now)
        giveUp(
            request.targets.subtracting(launch.joined), in: id, Outcome(.unreachable), at: now, into: &actions)
        giveUp(
            request.targets.intersection(departed), in: id, Outcome(.lost, detail: "left the tree before"), at: now,
            into: &actions)
        closeIfDone(id, into: &actions)
        return id
    }

    private mutating func setAnswerDeadline(_ operation: Operation, at now: Instant) {
        guard case .run(let task) = operation.task, task.timeoutMilliseconds > 0 else { return }
        let margin = ProtocolLimits.answerMarginMilliseconds + UInt64(task.graceMilliseconds)
        timers.set(.answer(operation.id), at: now.advanced(byMilliseconds: task.timeoutMilliseconds + margin))
    }

    /// Chunks follow their manifest: a transfer begins when the manifest's record is durable and so has been sent.
    mutating func beginTransfers(into actions: inout [Action]) {
        for (id, index) in manifests where index <= writer.durableIndex {
            manifests[id] = nil
            for child in children.all where child.isAttached { serve(id, to: child, into: &actions) }
        }
    }

    /// A child that has targets of a transfer below it, now or since its subtree has grown.
    mutating func serve(_ id: OperationID, to child: ChildTable.Child, into actions: inout [Action]) {
        guard manifests[id] == nil, let targets = operations[id]?.targets, !child.subtree.isDisjoint(with: targets)
        else { return }
        transfers[id]?.add(child.link, from: rules.resumesTransfers ? child.chunks(of: id) : 0)
        transfers[id]?.pump(child.link, fresh: nil, children: &children, into: &actions)
    }

    /// Stops an operation wherever it has not ended, or on some of those ranks.
    package mutating func cancel(
        _ id: OperationID, on ranks: RankSet? = nil, at now: Instant, into actions: inout [Action]
    ) {
        guard let state = operations[id] else { return }
        var open = state.targets.subtracting(state.rollup.terminal)
        if let ranks { open = open.intersection(ranks) }
        guard !open.isEmpty else { return }
        writer.append(.cancel(Cancel(operation: id, ranks: open)))
        flush(into: &actions)
    }

    mutating func giveUpUnanswered(_ id: OperationID, at now: Instant, into actions: inout [Action]) {
        guard let state = operations[id] else { return }
        let silent = state.targets.subtracting(state.rollup.terminal)
        giveUp(silent, in: id, Outcome(.lost, detail: "no answer in the time limit"), at: now, into: &actions)
    }

    /// The root's word that ranks will not answer: final (rule 3).
    mutating func giveUp(
        _ ranks: RankSet, in id: OperationID, _ outcome: Outcome, at now: Instant, into actions: inout [Action]
    ) {
        guard let state = operations[id] else { return }
        let open = ranks.intersection(state.targets).subtracting(state.rollup.terminal)
        if !open.isEmpty {
            operations[id]?.rollup.end(OutcomeBucket(outcome: outcome, ranks: open))
            notifyProgress(id, into: &actions)
            dropEnded(id, at: now, into: &actions)
        }
        closeIfDone(id, into: &actions)
    }

    /// Gives up whatever has not ended, on all ranks or on some, and closes: the user will not wait.
    package mutating func abandon(
        _ id: OperationID, on ranks: RankSet? = nil, _ outcome: Outcome, at now: Instant, into actions: inout [Action]
    ) {
        guard let state = operations[id] else { return }
        giveUp(ranks ?? state.targets, in: id, outcome, at: now, into: &actions)
        flush(into: &actions)
    }

    mutating func merge(_ report: ResultReport, from link: LinkID, at now: Instant, into actions: inout [Action]) {
        guard let child = children[link: link], child.isAttached, operations[report.operation] != nil else { return }
        operations[report.operation]?.merge(report, from: child, into: &actions)
        notifyProgress(report.operation, into: &actions)
        dropEnded(report.operation, at: now, into: &actions)
        closeIfDone(report.operation, into: &actions)
    }

    private func notifyProgress(_ id: OperationID, into actions: inout [Action]) {
        guard let rollup = operations[id]?.rollup else { return }
        actions.append(.notify(.progress(id, started: rollup.started, terminal: rollup.terminal)))
    }

    mutating func receive(
        _ segment: OutputSegment, from link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        guard let child = children[link: link], child.isAttached else { return }
        guard children.receiveOutput(segment.creditBytes, on: link) else {
            actions.append(.close(link, "sent more output than it was given credit for"))
            loseChild(
                link, "sent more output than it was given credit for", .left, at: now, into: &actions)
            return
        }
        if let refusal = segment.refusal {
            actions.append(.close(link, refusal))
            loseChild(link, refusal, .left, at: now, into: &actions)
            return
        }
        var segment = segment
        segment.ranks = segment.ranks.intersection(child.everBelow)
        guard !segment.ranks.isEmpty, operations[segment.operation] != nil else {
            if segment.ranks.isEmpty {
                actions.append(.note("output of rank \(child.rank) for ranks that are not its own: dropped"))
            }
            if let credit = children.freeOutput(segment.creditBytes, on: link) { actions.append(credit) }
            return
        }
        // A rank's segment counts once, and in its turn: others came another way, or will come again (rule 6).
        let fresh = ledgers[segment.operation]?.take(segment) ?? RankSet()
        if rules.countsSegments { segment.ranks = fresh }
        guard !segment.ranks.isEmpty else {
            if let credit = children.freeOutput(segment.creditBytes, on: link) { actions.append(credit) }
            return
        }
        operations[segment.operation]?.note(segment)
        actions.append(.deliver(segment, link, bytes: segment.creditBytes))
        if ledgers[segment.operation]?.isAcknowledgementDue == true {
            timers.setIfIdle(
                .acknowledge(segment.operation),
                at: now.advanced(byMilliseconds: ProtocolLimits.acknowledgeMilliseconds))
        }
        closeIfDone(segment.operation, into: &actions)
    }

    /// One outcome on every target and no output to come: the operation is closed, and its settlement is written.
    mutating func closeIfDone(_ id: OperationID, into actions: inout [Action]) {
        guard let state = operations[id], state.isEnded(among: state.targets) else { return }
        guard state.awaitingOutput(among: joined).isEmpty else { return }
        let truncated = state.awaitingOutput(among: state.targets)
        operations.removeValue(forKey: id)
        timers.cancel(.answer(id))
        timers.cancel(.acknowledge(id))
        ledgers[id] = nil
        manifests[id] = nil
        if transfers.removeValue(forKey: id) != nil { actions.append(.forgetFiles(id)) }
        writer.appendLazily(.settle(Settlement(operation: id, buckets: state.rollup.buckets, isClosed: true)))
        actions.append(.notify(.closed(id, state.rollup.buckets, truncated: truncated)))
    }
}
