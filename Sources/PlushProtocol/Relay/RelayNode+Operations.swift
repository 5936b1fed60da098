import OrderedCollections
import PlushTree
import PlushWire

extension RelayNode {
    mutating func processStarted(_ id: OperationID, at now: Instant, into actions: inout [Action]) {
        runs[id]?.started()
        operations[id]?.rollup.start(RankSet(identity.rank))
        guard let run = runs[id], run.timeoutMilliseconds > 0 else { return }
        timers.set(.timeout(id), at: now.advanced(byMilliseconds: run.timeoutMilliseconds))
    }

    mutating func processExited(
        _ id: OperationID, _ exit: ProcessExit, at now: Instant, into actions: inout [Action]
    ) {
        runs[id]?.exited(exit)
        timers.cancel(.timeout(id))
        timers.cancel(.kill(id))
        guard let run = runs[id] else { return }
        if run.openStreams.isEmpty {
            finishIfEnded(id, at: now, into: &actions)
        } else {
            timers.set(.linger(id), at: now.advanced(byMilliseconds: ProtocolLimits.lingerMilliseconds))
        }
    }

    /// Asks a command to end, and says when it will no longer be asked.
    mutating func stopRun(
        _ id: OperationID, because reason: LocalRun.Stop, at now: Instant, into actions: inout [Action]
    ) {
        guard var run = runs[id], run.stop(because: reason) else { return }
        runs[id] = run
        if run.cutters[.collection] != nil {
            actions.append(.closeOutput(id))
            finishRun(id, .cancelled(code: 0), at: now, into: &actions)
            return
        }
        actions.append(.signal(id, .terminate))
        timers.set(.kill(id), at: now.advanced(byMilliseconds: run.graceMilliseconds))
    }

    /// The command has ended but something it left behind holds its output open: no longer waited for.
    mutating func closeLingering(_ id: OperationID, at now: Instant, into actions: inout [Action]) {
        guard let run = runs[id], !run.isRunning, !run.openStreams.isEmpty else { return }
        // Output that is held back by a slow parent is not lingering: its pipe has not been read yet. (What folding
        // holds does not count: it waits for this very end.)
        if run.openStreams.contains(where: run.isPaused) {
            timers.set(.linger(id), at: now.advanced(byMilliseconds: ProtocolLimits.lingerMilliseconds))
            return
        }
        actions.append(.closeOutput(id))
        for stream in run.openStreams { endOutput(id, stream, at: now, into: &actions) }
    }

    mutating func collected(
        _ id: OperationID, failure: String?, at now: Instant, into actions: inout [Action]
    ) {
        guard runs[id]?.isRunning == true else { return }
        let outcome = failure.map { Outcome(.failed, code: 1, detail: $0.cutForWire) } ?? .ok
        finishRun(id, outcome, at: now, into: &actions)
    }

    /// A run ends without (or regardless of) a process: its streams are closed, its outcome is the given one.
    mutating func finishRun(_ id: OperationID, _ outcome: Outcome, at now: Instant, into actions: inout [Action]) {
        guard let run = runs[id] else { return }
        for timer in [Timer.timeout(id), .kill(id), .linger(id)] { timers.cancel(timer) }
        runs[id]?.ended()
        for stream in run.openStreams { endOutput(id, stream, at: now, into: &actions) }
        finish(id, outcome, streams: runs[id]?.streamsWithOutput ?? [], at: now, into: &actions)
    }

    mutating func finishIfEnded(_ id: OperationID, at now: Instant, into actions: inout [Action]) {
        guard let run = runs[id], let outcome = run.outcome else { return }
        timers.cancel(.linger(id))
        runs[id]?.ended()
        finish(id, outcome, streams: run.streamsWithOutput, at: now, into: &actions)
    }

    /// This rank's outcome is known: a fact that goes up and never changes.
    mutating func finish(
        _ id: OperationID, _ outcome: Outcome, streams: OutputSegment.Streams = [], at now: Instant,
        into actions: inout [Action]
    ) {
        operations[id]?.rollup.end(
            OutcomeBucket(outcome: outcome, streams: streams, ranks: RankSet(identity.rank)))
        operationEnded(id, outcome, at: now, into: &actions)
        advance(id, at: now, into: &actions)
        // The root had closed the operation before: there is nothing left to remember.
        if operations[id] == nil { runs.removeValue(forKey: id) }
        leaveIfAlone(into: &actions)
    }

    mutating func merge(_ report: ResultReport, from link: LinkID, at now: Instant, into actions: inout [Action]) {
        let id = report.operation
        guard let child = children[link: link], child.isAttached else { return }
        operations[id]?.merge(report, from: child, into: &actions)
        advance(id, at: now, into: &actions)
    }

    /// Reports an operation once its subtree has ended, and lets folded output go once there is no more to fold.
    mutating func advance(_ id: OperationID, at now: Instant, into actions: inout [Action]) {
        guard let state = operations[id], uplink.attachedLink != nil else { return }
        let reachable = children.reachable.union(RankSet(identity.rank))
        guard state.isEnded(among: reachable) else {
            if state.rollup.hasNews || !state.fold.isEmpty {
                timers.setIfIdle(.flush(id), at: now.advanced(byMilliseconds: ProtocolLimits.flushMilliseconds))
            }
            return
        }
        if state.fold.isEmpty || state.awaitingOutput(among: reachable).isEmpty {
            timers.cancel(.flush(id))
            if !state.fold.isEmpty { releaseFolded(id, downTo: 0, at: now, into: &actions) }
        } else {
            // The rest may have gone to the root another way, before a child came here.
            timers.setIfIdle(.flush(id), at: now.advanced(byMilliseconds: ProtocolLimits.flushMilliseconds))
        }
        guard operations[id]?.rollup.hasNews == true else { return }
        timers.cancel(.report(id))
        sendResults(of: id, into: &actions)
    }

    /// What is known must not wait without end for what may never come (decision 10), such as a rank that a liar below
    /// has claimed: outcomes go first, and folded output when nothing has been added to it since.
    mutating func flush(_ id: OperationID, at now: Instant, into actions: inout [Action]) {
        guard uplink.attachedLink != nil else { return }
        if operations[id]?.rollup.hasNews == true {
            sendResults(of: id, into: &actions)
        } else {
            releaseFolded(id, downTo: 0, at: now, into: &actions)
        }
        guard operations[id]?.fold.isEmpty == false else { return }
        timers.set(.flush(id), at: now.advanced(byMilliseconds: ProtocolLimits.flushMilliseconds))
    }

    /// The interval at which someone wants to see progress has passed.
    mutating func reportProgress(_ id: OperationID, at now: Instant, into actions: inout [Action]) {
        guard let interval = operations[id]?.operation.reportIntervalMilliseconds else { return }
        timers.set(.report(id), at: now.advanced(byMilliseconds: UInt64(interval)))
        sendResults(of: id, into: &actions)
    }
}
