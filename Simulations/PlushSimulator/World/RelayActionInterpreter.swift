import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// What an agent asks for.
extension World {
    func interpret(_ actions: [Action], of host: WorldHost) {
        for action in actions { interpret(action, of: host) }
    }

    // exhaustive-switch
    private func interpret(_ action: Action, of host: WorldHost) {
        switch action {
        case .send(let link, let message): send(message, over: link)
        case .sendSpooled(let link, let id, let number): sendSpooled(number, of: id, over: link, from: host)
        case .close(let link, let reason): close(link, reason)
        case .dial(let parent): dial(from: host, parent)
        case .attached: break
        case .spawn(let id, let task): spawn(id, task, on: host)
        case .signal(let id, let signal): self.signal(id, signal, on: host)
        case .pauseOutput(let id, let stream):
            host.pauses += 1
            host.processes[id]?.pause(stream)
        case .resumeOutput(let id, let stream): resume(id, stream, on: host)
        case .closeOutput(let id): closeOutput(of: id, on: host)
        case .collect(let id, let task): collect(id, task, on: host)
        case .prepareFiles(let id, let task, let asTarget): prepareFiles(id, task, asTarget: asTarget, on: host)
        case .storeChunk(let chunk, let link): store(chunk, from: link, on: host)
        case .finishFiles(let id): finishFiles(id, on: host)
        case .forgetFiles(let id): host.files[id] = nil
        case .answerApplication(let request, let answer): records.applicationAnswers[request] = answer
        case .terminate(let reason): end(host, reason)
        case .note(let text): note(text, of: host)
        case .startAgent, .sendBootstrap, .abandonAgent, .append, .deliver, .notify:
            fault("rank \(host.rank) asked for what only a controller may: \(action)")
        }
    }

    private func sendSpooled(_ number: UInt32, of id: OperationID, over link: LinkID, from host: WorldHost) {
        guard let chunk = host.files[id]?.spool[number] else {
            return fault("rank \(host.rank) was asked for chunk \(number) that it does not have")
        }
        host.chunksSent += 1
        send(.chunk(chunk), over: link)
    }

    private func note(_ text: String, of host: WorldHost) {
        lines?(EventText.line(nanoseconds, .host(host.rank), "note: \(text)"))
        if plan.isRecorded { host.notes.append(text) }
    }

    private func end(_ host: WorldHost, _ reason: String) {
        host.life = .ended(reason)
        host.endedAt = now
        stopProcesses(of: host)
        lines?(EventText.line(nanoseconds, .host(host.rank), "ends: \(reason)"))
        for link in openLinks(of: .host(host.rank)) {
            close(link.id(ofChild: link.child == host.rank), "the agent ended")
        }
    }
}
