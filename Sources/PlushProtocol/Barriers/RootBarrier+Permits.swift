import OrderedCollections
import PlushTree
import PlushWire

/// Who waits for a permit, and who has one.
extension RootBarrier {
    /// Hosts behind a child that wait for nothing but a permit, and hosts that hold one.
    func demand(_ child: BarrierBook.Child) -> RootThrottle.Demand {
        var waiting = 0
        var holding = 0
        for (generation, state) in generations where generation < self.generation {
            waiting += waits(in: state).intersection(child.subtree).count
            holding += state.passed.subtracting(state.finished).intersection(child.subtree).count
        }
        return RootThrottle.Demand(link: child.link, waiting: waiting, holding: holding)
    }

    private func waits(in state: Generation) -> RankSet {
        let admitted = policy.latecomers == .refuse ? state.onTime : state.entered
        return admitted.subtracting(state.passed)
    }

    /// Takes who passed and who finished, as far as they are behind the reporter; returns those that were new.
    mutating func take(_ report: PermitReport, below subtree: RankSet) -> (passed: RankSet, finished: RankSet) {
        let mine = subtree.intersection(participants)
        var state = generations[report.generation] ?? Generation()
        let passed = report.passed.union(report.finished).intersection(mine).subtracting(state.passed)
        let finished = report.finished.intersection(mine).subtracting(state.finished)
        guard !passed.isEmpty || !finished.isEmpty else { return (passed, finished) }
        state.passed.formUnion(passed)
        state.finished.formUnion(finished)
        generations[report.generation] = state
        return (passed, finished)
    }

    /// Who went through with a permit.
    package func passed(_ generation: UInt64) -> RankSet {
        generations[generation]?.passed ?? RankSet()
    }

    /// Who has a permit now.
    package var holding: RankSet {
        generations.values.reduce(into: RankSet()) { $0.formUnion($1.passed.subtracting($1.finished)) }
    }
}
