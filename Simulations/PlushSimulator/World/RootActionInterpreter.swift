import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// What the controller asks for.
extension World {
    func interpretController(_ actions: [Action]) {
        for action in actions { interpretController(action) }
    }

    // exhaustive-switch
    private func interpretController(_ action: Action) {
        switch action {
        case .send(let link, let message): send(message, over: link)
        case .sendSpooled(let link, let id, let number):
            guard let chunk = spool[id]?[Int(number)] else { return fault("the root has no chunk \(number)") }
            send(.chunk(chunk), over: link)
        case .close(let link, let reason): close(link, reason)
        case .startAgent(let rank): startAgent(rank)
        case .sendBootstrap(let rank, let bootstrap): sendBootstrap(rank, bootstrap)
        case .abandonAgent(let rank, _): abandon(rank)
        case .append(let batch): append(batch)
        case .deliver(let segment, let link, let bytes): deliver(segment, link, bytes)
        case .forgetFiles(let id): spool[id] = nil
        case .notify(let notice): note(notice)
        case .note(let text):
            lines?(EventText.line(nanoseconds, .controller, "note: \(text)"))
            if plan.isRecorded { records.controllerNotes.append(text) }
        case .dial, .attached, .spawn, .signal, .pauseOutput, .resumeOutput, .closeOutput, .collect, .prepareFiles,
            .storeChunk, .finishFiles, .terminate, .answerApplication:
            fault("the controller asked for what only an agent may: \(action)")
        }
    }

    private func append(_ batch: SignedBatch) {
        records.issue(batch)
        if !checkers.isEmpty { observe(.appended(batch)) }
        let done = now + root.time(for: plan.cost.journal.draw(&random))
        schedule(.durable(upTo: batch.lastIndex, life: controllerLife), at: done)
    }

    func durable(upTo index: UInt64, life: UInt32) {
        guard life == controllerLife, isControllerAlive else { return }
        records.durableIndex = max(records.durableIndex, index)
        give(.controller, .journalDurable(upTo: index))
    }

    private func note(_ notice: ControllerNotice) {
        if let lines { lines(EventText.line(nanoseconds, .controller, EventText.describe(notice))) }
        if case .closed(let id, let buckets, let truncated) = notice {
            records.close(id, buckets, truncated)
        }
        if notice == .dissolved { records.isDissolved = true }
        if plan.isRecorded { records.notices.append(notice) }
        if !checkers.isEmpty { observe(.noticed(notice)) }
    }

    private func deliver(_ segment: OutputSegment, _ link: LinkID, _ bytes: UInt64) {
        if plan.isRecorded { records.delivered.append(segment) }
        if !checkers.isEmpty { observe(.delivered(segment)) }
        guard isConsuming else {
            unconsumed.append((link, bytes))
            return
        }
        consumed(link, bytes)
    }

    private func consumed(_ link: LinkID, _ bytes: UInt64) {
        schedule(
            .tell(.controller, boot: controllerLife, .outputConsumed(link, bytes: bytes)), afterNanoseconds: 1_000)
    }

    /// The consumer goes on where it stopped.
    package func consumeAgain() {
        isConsuming = true
        let waiting = unconsumed
        unconsumed = []
        for (link, bytes) in waiting { consumed(link, bytes) }
    }
}
