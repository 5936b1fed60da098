import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

extension World {
    package func interpret(_ actions: [Action], of host: WorldHost) {
        for action in actions { interpret(action, of: host) }
    }

    // exhaustive-switch
    private func interpret(_ action: Action, of host: WorldHost) {
        switch action {
        case .send(let link, let message): send(message, over: link)
        case .sendSpooled(let link, let id, let number):
            guard let chunk = host.files[id]?.spool[number] else {
                return fault("rank \(host.rank) was asked for chunk \(number) that it does not have")
            }
            host.chunksSent += 1
            send(.chunk(chunk), over: link)
        case .close(let link, let reason): close(link, reason)
        case .dial(let parent): dial(from: host, parent)
        case .attached: break
        case .spawn(let id, let task): spawn(id, task, on: host)
        case .signal(let id, let signal): self.signal(id, signal, on: host)
        case .pauseOutput(let id, let stream):
            host.pauses += 1
            host.processes[id]?.pause(stream)
        case .resumeOutput(let id, let stream): resume(id, stream, on: host)
        case .closeOutput(let id): host.processes[id]?.isClosed = true
        case .collect(let id, let task): collect(id, task, on: host)
        case .prepareFiles(let id, let task, let asTarget): prepareFiles(id, task, asTarget: asTarget, on: host)
        case .storeChunk(let chunk, let link): store(chunk, from: link, on: host)
        case .finishFiles(let id): finishFiles(id, on: host)
        case .forgetFiles(let id): host.files[id] = nil
        case .terminate(let reason): end(host, reason)
        case .note(let text): host.notes.append(text)
        case .startAgent, .sendBootstrap, .abandonAgent, .append, .deliver, .notify:
            fault("rank \(host.rank) asked for what only a controller may: \(action)")
        }
    }

    private func end(_ host: WorldHost, _ reason: String) {
        host.life = .ended(reason)
        host.endedAt = now
        stopProcesses(of: host)
        for link in openLinks(of: .host(host.rank)) {
            close(link.child == host.rank ? link.childID : link.parentID, "the agent ended")
        }
    }

    package func interpretController(_ actions: [Action]) {
        for action in actions { interpretController(action) }
    }

    // exhaustive-switch
    private func interpretController(_ action: Action) {
        switch action {
        case .send(let link, let message):
            if case .log(let batch) = message, batch.lastIndex > durableIndex {
                fault("records up to \(batch.lastIndex) were sent when \(durableIndex) was durable")
            }
            send(message, over: link)
        case .sendSpooled(let link, let id, let number):
            guard let chunk = spool[id]?[Int(number)] else { return fault("the root has no chunk \(number)") }
            if !journal.contains(where: { $0.holds(id) && $0.lastIndex <= durableIndex }) {
                fault("chunk \(number) of \(id) was sent before its manifest was durable")
            }
            send(.chunk(chunk), over: link)
        case .close(let link, let reason): close(link, reason)
        case .startAgent(let rank): startAgent(rank)
        case .sendBootstrap(let rank, let bootstrap): boot(rank, bootstrap)
        case .abandonAgent(let rank, _):
            schedule(afterNanoseconds: plan.latencyNanoseconds) { [unowned self] in kill(rank) }
        case .append(let batch):
            journal.append(batch)
            schedule(afterMilliseconds: plan.journalMilliseconds) { [unowned self] in
                durableIndex = max(durableIndex, batch.lastIndex)
                give(.controller, .journalDurable(upTo: batch.lastIndex))
            }
        case .deliver(let segment, let link, let bytes): deliver(segment, link, bytes)
        case .forgetFiles(let id): spool[id] = nil
        case .notify(let notice): notices.append(notice)
        case .note(let text): controllerNotes.append(text)
        case .dial, .attached, .spawn, .signal, .pauseOutput, .resumeOutput, .closeOutput, .collect, .prepareFiles,
            .storeChunk, .finishFiles, .terminate:
            fault("the controller asked for what only an agent may: \(action)")
        }
    }

    private func deliver(_ segment: OutputSegment, _ link: LinkID, _ bytes: UInt64) {
        delivered.append(segment)
        guard isConsuming else {
            unconsumed.append((link, bytes))
            return
        }
        schedule(afterNanoseconds: 1_000) { [unowned self] in give(.controller, .outputConsumed(link, bytes: bytes)) }
    }

    /// The consumer goes on where it stopped.
    package func consumeAgain() {
        isConsuming = true
        let waiting = unconsumed
        unconsumed = []
        for (link, bytes) in waiting {
            schedule(afterNanoseconds: 1_000) { [unowned self] in
                give(.controller, .outputConsumed(link, bytes: bytes))
            }
        }
    }

    private func startAgent(_ rank: Rank) {
        let host = host(rank)
        switch plan.starts[rank.value] ?? .answers(afterMilliseconds: 1) {
        case .answers(let milliseconds): hello(host, after: milliseconds)
        case .neverAttaches: hello(host, after: 1)
        case .fails(let reason):
            schedule(afterMilliseconds: 1) { [unowned self] in give(.controller, .agentFailed(rank, reason)) }
        case .neverAnswers: break
        }
    }

    private func hello(_ host: WorldHost, after milliseconds: UInt64) {
        schedule(afterMilliseconds: milliseconds) { [unowned self] in
            guard host.life == .absent else { return }
            host.life = .running
            let hello = AgentHello(
                version: WireLimits.version, key: host.key, port: UInt16(1_000 + host.rank.value),
                processID: Int32(host.rank.value), build: "world")
            give(.controller, .agentHello(host.rank, hello, .loopback(port: hello.port)))
        }
    }

    private func boot(_ rank: Rank, _ bootstrap: Bootstrap) {
        let host = host(rank)
        var frame = ByteBuffer()
        LaunchMessage.bootstrap(bootstrap).encode(into: &frame)
        if case .neverAttaches = plan.starts[rank.value] { return }
        schedule(afterNanoseconds: plan.latencyNanoseconds) { [unowned self] in
            var bytes = frame
            guard host.isRunning, host.node == nil, let cut = try? FrameDecoder().next(from: &bytes),
                case .bootstrap(let received) = try? LaunchMessage(cut)
            else { return }
            host.bootstrap = received
            var node = RelayNode(received, at: localNow(host), tools: WorldTools.content)
            var actions: [Action] = []
            node.start(at: localNow(host), into: &actions)
            host.node = node
            interpret(actions, of: host)
            arm(host)
        }
    }
}

extension SignedBatch {
    package func holds(_ id: OperationID) -> Bool {
        guard let records = try? decoded() else { return false }
        return records.contains { record in
            if case .operation(let operation) = record { return operation.id == id }
            return false
        }
    }
}
