import PlushProtocol
import PlushTree
import PlushWire

extension EventReporter {
    /// Commands behind a barrier, until it has let their hosts through.
    struct GatedWork {
        let name: String
        var waiting: RankSet
    }

    /// A command has been submitted that starts where a barrier lets hosts through.
    func expect(_ work: Work, behind key: BarrierKey) {
        gated[key, default: []].append(GatedWork(name: work.name, waiting: work.request.targets))
    }

    func report(_ notice: BarrierNotice) {
        switch notice {
        case .released(let key, let generation, let onTime, let missing):
            send(key, generation, .released, onTime, missing: missing)
            if !throttled.contains(key) { tellStarted(behind: key, onTime) }
        case .passing(let key, _, let passed, _):
            tellStarted(behind: key, passed)
        case .late(let key, let generation, let ranks, let isRefused):
            send(key, generation, isRefused ? .refused : .late, ranks)
            if !isRefused, !throttled.contains(key) { tellStarted(behind: key, ranks) }
        case .entered, .cannot:
            break  // how often to tell, and what follows, is decided by the ``BarrierDesk``
        }
    }

    /// Tells what has happened at a barrier.
    func send(
        _ key: BarrierKey, _ generation: UInt64, _ state: ControllerEvent.Barrier.State, _ ranks: RankSet,
        missing: RankSet = RankSet()
    ) {
        events.send(
            .barrier(
                ControllerEvent.Barrier(
                    name: key.name, generation: generation, state: state, ranks: ranks, missing: missing)))
    }

    /// A barrier lets hosts through with permits: they start when they have one.
    func noteThrottled(_ key: BarrierKey) {
        throttled.insert(key)
    }

    /// The barriers of an application are forgotten.
    func forgetBarriers(of application: String) {
        gated = gated.filter { $0.key.application != application }
        throttled = throttled.filter { $0.application != application }
    }

    private func tellStarted(behind key: BarrierKey, _ ranks: RankSet) {
        guard var works = gated[key] else { return }
        for index in works.indices {
            let fresh = works[index].waiting.intersection(ranks)
            guard !fresh.isEmpty else { continue }
            works[index].waiting.subtract(fresh)
            events.send(.started(name: works[index].name, ranks: fresh))
        }
        gated[key] = works
    }
}
