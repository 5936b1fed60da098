import OrderedCollections
import PlushTree
import PlushWire

extension RelayNode {
    private func situation(at now: Instant) -> RelayBarriers.Situation {
        let age = uplink.rootAgeMilliseconds(at: now)
        return RelayBarriers.Situation(
            children: children.all.filter(\.isAttached).map { ($0.link, $0.subtree) },
            hasParent: uplink.attachedLink != nil, mayGrant: phase == .running && age < identity.leaseMilliseconds / 2,
            overlayMilliseconds: uplink.overlayMillisecondsAtMost(at: now) ?? membership.overlayMilliseconds(at: now),
            time: now)
    }

    private mutating func perform(
        _ effects: [RelayBarriers.Effect], at now: Instant, into actions: inout [Action]
    ) {
        for effect in effects {
            switch effect {
            case .up(let message):
                if let link = uplink.attachedLink { actions.append(.send(link, message)) }
            case .down(let link, let lease): actions.append(.send(link, .permits(lease)))
            case .passage(let key, let passage): pass(key, passage, at: now, into: &actions)
            case .note(let text): actions.append(.note(text))
            }
        }
        if let deadline = barriers.nextDeadline {
            timers.set(.barriers, at: deadline)
        } else {
            timers.cancel(.barriers)
        }
    }

    // MARK: - The log

    mutating func openBarrier(_ opening: BarrierOpening) {
        barriers.open(opening)
    }

    mutating func apply(_ release: BarrierRelease, at now: Instant, into actions: inout [Action]) {
        perform(barriers.release(release, situation(at: now)), at: now, into: &actions)
    }

    mutating func apply(_ drop: BarrierDrop, at now: Instant, into actions: inout [Action]) {
        perform(barriers.drop(drop, situation(at: now)), at: now, into: &actions)
    }

    // MARK: - Links

    /// This node has just committed to a parent.
    mutating func reportBarriers(at now: Instant, into actions: inout [Action]) {
        perform(barriers.attached(situation(at: now)), at: now, into: &actions)
    }

    /// A child's link is gone, or another has taken its place.
    mutating func barriersLose(_ link: LinkID, at now: Instant, into actions: inout [Action]) {
        perform(barriers.loseChild(link, situation(at: now)), at: now, into: &actions)
    }

    /// The subtree has changed, or it is time.
    mutating func advanceBarriers(at now: Instant, into actions: inout [Action]) {
        perform(barriers.advanceAll(situation(at: now)), at: now, into: &actions)
    }

    mutating func receive(_ lease: PermitLease, at now: Instant, into actions: inout [Action]) {
        perform(barriers.receive(lease, situation(at: now)), at: now, into: &actions)
    }

    mutating func merge(_ report: BarrierEntries, from link: LinkID, at now: Instant, into actions: inout [Action]) {
        guard let child = children[link: link], child.isAttached else { return }
        let effects = barriers.merge(report, from: (link, child.everBelow), situation(at: now))
        perform(effects, at: now, into: &actions)
    }

    mutating func merge(_ report: PermitReport, from link: LinkID, at now: Instant, into actions: inout [Action]) {
        guard let child = children[link: link], child.isAttached else { return }
        let effects = barriers.merge(report, from: (link, child.everBelow), situation(at: now))
        perform(effects, at: now, into: &actions)
    }

    mutating func merge(
        _ report: ApplicationReport, from link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        guard let child = children[link: link], child.isAttached else { return }
        let words = report.words.compactMap { word -> ApplicationReport.Word? in
            var mine = word
            mine.ranks = word.ranks.intersection(child.everBelow)
            return mine.ranks.isEmpty ? nil : mine
        }
        say(words, of: report.operation, at: now, into: &actions)
    }

    // MARK: - Commands behind a gate

    mutating func wait(
        _ id: OperationID, _ gate: Gate, _ task: RunTask, at now: Instant, into actions: inout [Action]
    ) {
        follow(gates.add(id, gate, task), at: now, into: &actions)
    }

    private mutating func follow(_ steps: [HostGates.Step], at now: Instant, into actions: inout [Action]) {
        for step in steps {
            switch step {
            case .enters(let key, let generation):
                perform(barriers.enter(key, generation, situation(at: now)), at: now, into: &actions)
            case .isOff(let id):
                let outcome = Outcome(.notStarted, detail: "what it follows did not end well here")
                closeGate(id, outcome, at: now, into: &actions)
            }
        }
    }

    /// A command that waits for a barrier does not run; returns whether it did wait.
    @discardableResult
    mutating func closeGate(
        _ id: OperationID, _ outcome: Outcome, at now: Instant, into actions: inout [Action]
    ) -> Bool {
        guard gates.isWaiting(id) else { return false }
        gates.remove(id)
        finish(id, outcome, at: now, into: &actions)
        return true
    }

    /// An operation has ended on this host: others may follow it, and permits may be free.
    mutating func operationEnded(_ id: OperationID, _ outcome: Outcome, at now: Instant, into actions: inout [Action]) {
        let steps = gates.end(id, isOK: outcome.kind == .ok)
        let ended = gates.processEnded(id)
        follow(steps, at: now, into: &actions)
        if let process = ended.process {
            processEnded(id, process, isLast: ended.isLastOfDirectory, at: now, into: &actions)
        }
        if let application = ended.finishes {
            perform(barriers.finish(application: application, situation(at: now)), at: now, into: &actions)
        }
    }

    private mutating func processEnded(
        _ id: OperationID, _ process: HostProcess, isLast: Bool, at now: Instant, into actions: inout [Action]
    ) {
        for key in barriers.keys {
            guard let count = barriers.processes(of: key, in: process.directory) else { continue }
            if process.barriers.contains(key.name) {
                let entered = barriers.updateSlots(key) { slots in
                    slots.expect(count)
                    return slots.end(id) ? slots.hostEntered : 0
                }
                if let entered, entered > 0 {
                    perform(barriers.enter(key, entered, situation(at: now)), at: now, into: &actions)
                }
            }
            guard isLast else { continue }
            perform(barriers.finish(application: key.application, situation(at: now)), at: now, into: &actions)
        }
    }

    /// This host goes on: commands that waited start, processes that waited are answered.
    private mutating func pass(
        _ key: BarrierKey, _ passage: RelayBarrier.Passage, at now: Instant, into actions: inout [Action]
    ) {
        for command in gates.pass(key, generation: passage.generation) {
            if passage.isRefused {
                let detail = "came too late for barrier \(key.name), which refuses latecomers"
                finish(command.id, Outcome(.notStarted, detail: detail.cutForWire), at: now, into: &actions)
            } else {
                startRun(command.id, command.task, into: &actions)
            }
        }
        let processes = barriers.updateSlots(key) { $0.release(passage.generation) } ?? []
        for process in processes {
            let waiting = applicationRequests.filter { $0.value.process == process && $0.value.barrier == key }
            for request in waiting.keys {
                applicationRequests[request] = nil
                actions.append(.answerApplication(request: request, BarrierAnswer(key, passage)))
            }
        }
    }

    mutating func startRun(_ id: OperationID, _ task: RunTask, into actions: inout [Action]) {
        runs[id] = LocalRun(id, task, rank: identity.rank)
        gates.begin(id, task)
        actions.append(.spawn(id, task))
    }

    // MARK: - The application's socket

    mutating func applicationEnters(
        _ process: OperationID, _ name: String, request: UInt64, at now: Instant, into actions: inout [Action]
    ) {
        let known = gates.process(process)
        guard let known, known.barriers.contains(name),
            let key = barriers.key(named: name, ofProcessIn: known.directory),
            let count = barriers.processes(of: key, in: known.directory)
        else {
            let names = known?.barriers ?? []
            let help = names.isEmpty ? "its specification declares none" : "there are \(names.joined(separator: ", "))"
            actions.append(
                .answerApplication(
                    request: request, .refused("this process has no barrier of that name: \(help)")))
            return
        }
        let entry = barriers.updateSlots(key) { slots in
            slots.expect(count)
            return (slots.enter(process), slots.hostEntered)
        }
        switch entry {
        case nil: return
        case (.refused(let reason), _)?:
            actions.append(.answerApplication(request: request, .refused(reason)))
        case (.passes(let generation), _)?:
            actions.append(.answerApplication(request: request, .passed(generation: generation, isLate: false)))
        case (.waits(_, let isHostIn), let generation)?:
            applicationRequests[request] = ApplicationRequest(process: process, barrier: key)
            guard isHostIn else { return }
            perform(barriers.enter(key, generation, situation(at: now)), at: now, into: &actions)
        }
    }

    /// Whoever asked no longer waits for the answer. Its entry stands.
    mutating func applicationLeaves(_ request: UInt64) {
        guard let gone = applicationRequests.removeValue(forKey: request) else { return }
        _ = barriers.updateSlots(gone.barrier) { $0.stopWaiting(gone.process) }
    }

    mutating func applicationSays(
        _ operation: OperationID, progress: UInt32?, text: String, at now: Instant, into actions: inout [Action]
    ) {
        guard gates.process(operation) != nil else { return }
        let word = ApplicationReport.Word(
            progress: progress, text: text.cutForWire, ranks: RankSet(identity.rank))
        say([word], of: operation, at: now, into: &actions)
    }

    private mutating func say(
        _ words: [ApplicationReport.Word], of operation: OperationID, at now: Instant, into actions: inout [Action]
    ) {
        guard !words.isEmpty else { return }
        applicationWords.add(words, of: operation)
        if applicationWords.isFull(operation) {
            sendWords(into: &actions)
        } else {
            timers.setIfIdle(.words, at: now.advanced(byMilliseconds: BarrierLimits.reportMilliseconds))
        }
    }

    /// Without a parent they wait for one.
    mutating func sendWords(into actions: inout [Action]) {
        timers.cancel(.words)
        guard let link = uplink.attachedLink else { return }
        for report in applicationWords.take() { actions.append(.send(link, .applicationReport(report))) }
    }
}
