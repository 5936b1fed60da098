import PlushProtocol
import PlushWire

/// Carries out actions: the one place outside the simulator that knows what each of them means.
struct ActionInterpreter {
    let links: LinkTable
    weak var common: (any NodeEffects)?
    weak var agent: (any AgentEffects)?
    weak var controller: (any ControllerEffects)?

    // exhaustive-switch
    func perform(_ action: Action) {
        switch action {
        case .send(let link, let message): links.send(message, to: link)
        case .sendSpooled(let link, let operation, let number):
            if let chunk = common?.spooledChunk(operation, number: number) {
                links.send(.chunk(chunk), to: link)
            } else {
                links.close(link, "chunk \(number) of operation \(operation) cannot be read back")
            }
        case .close(let link, let reason): links.close(link, reason)
        case .note(let text): common?.note(text)
        case .forgetFiles(let operation): common?.forgetFiles(operation)

        case .dial(let parent): agent?.dial(parent)
        case .attached: agent?.attached()
        case .spawn(let operation, let task): agent?.spawn(operation, task)
        case .signal(let operation, let signal): agent?.signal(operation, signal)
        case .pauseOutput(let operation, let stream): agent?.setPaused(true, operation, stream)
        case .resumeOutput(let operation, let stream): agent?.setPaused(false, operation, stream)
        case .closeOutput(let operation): agent?.closeOutput(operation)
        case .collect(let operation, let task): agent?.collect(operation, task)
        case .prepareFiles(let operation, let task, let asTarget):
            agent?.prepareFiles(operation, task, asTarget: asTarget)
        case .storeChunk(let chunk, let link): agent?.storeChunk(chunk, link)
        case .finishFiles(let operation): agent?.finishFiles(operation)
        case .answerApplication(let request, let answer): agent?.answerApplication(request, answer)
        case .terminate(let reason): agent?.terminate(reason)

        case .startAgent(let rank): controller?.startAgent(rank)
        case .sendBootstrap(let rank, let bootstrap): controller?.sendBootstrap(rank, bootstrap)
        case .abandonAgent(let rank, let reason): controller?.abandonAgent(rank, reason)
        case .append(let batch): controller?.append(batch)
        case .deliver(let segment, let link, let bytes): controller?.deliver(segment, link, bytes: bytes)
        case .notify(let notice): controller?.notify(notice)
        }
    }
}
