import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// Spares of the pool that take the places of hosts that are missing at a barrier.
extension BarrierDesk {
    /// What has to be known to give a spare a host's work.
    struct Spares: Sendable {
        /// The hosts that were not launched, those to be used first at the front.
        let ranks: [Rank]
        /// The software of a cluster, by its index, for some hosts; nil where it has none.
        let transfer: @Sendable (_ cluster: Int, RankSet) -> Work?
        /// All stages of a cluster for hosts that have its software.
        let chain: @Sendable (_ cluster: Int, RankSet) -> StageChain
        let make: StageChain.Maker
    }

    /// Launches as many spares as are needed and there are. The question stays open meanwhile: nobody is asked again.
    func replace(_ missing: RankSet, at key: BarrierKey, _ flag: BlockingWork.CancelFlag) {
        let fresh = RankSet(spareRanks.prefix(max(0, missing.count - idleSpares.count)))
        spareRanks = spareRanks.dropFirst(fresh.count)
        let bound = NIOLoopBound(self, eventLoop: host.eventLoop)
        guard !fresh.isEmpty else { return sparesCame(fresh, for: missing, at: key, flag) }
        reporter.launching(fresh.count)
        host.launch(fresh).whenComplete { _ in bound.value.sparesCame(fresh, for: missing, at: key, flag) }
    }

    private func sparesCame(
        _ fresh: RankSet, for missing: RankSet, at key: BarrierKey, _ flag: BlockingWork.CancelFlag
    ) {
        idleSpares.formUnion(fresh.intersection(host.joined))
        // Whoever was missing may have come meanwhile, and then keeps its place.
        guard let entry = entries[key], entry.question === flag, !isClosed, !host.isStopped else { return }
        entries[key]?.question = nil
        let pairs = Array(zip(entry.missing.intersection(missing), idleSpares))
        if pairs.count < missing.count {
            reporter.warn(
                "barrier \(key.name): \(missing.count) hosts are to be replaced and there are spares for \(pairs.count) "
                    + "(offer more with --local, -w or larger groups)")
        }
        for (index, place) in places.enumerated() {
            let mine = pairs.filter { place.ranks.contains($0.0) }
            if !mine.isEmpty { give(RankSet(mine.map(\.1)), RankSet(mine.map(\.0)), cluster: index) }
        }
        for (rank, spare) in pairs {
            idleSpares.remove(spare)
            replacements.append((rank, spare))
            reporter.events.send(.replaced(rank, by: spare))
        }
        // Only now: with the spares admitted nobody is released in between.
        forget(RankSet(pairs.map(\.0)), Outcome(.lost, detail: "replaced at barrier \(key.name)"))
        ask(key, after: entry.plan.barrier.stragglers?.after)
    }

    /// A cluster's spares may enter its barriers, and begin with its software.
    private func give(_ new: RankSet, _ old: RankSet, cluster: Int) {
        places[cluster].ranks.formUnion(new)
        for key in plan.entries.map(\.request.key) {
            guard let account = entries[key]?.account, !account.participants.isDisjoint(with: old) else { continue }
            entries[key]?.account.participants.formUnion(new)
            host.admit(new, for: old, to: key)
        }
        guard let transfer = spares.transfer(cluster, new) else { return begin(new, cluster: cluster) }
        let pending = host.submitPending(transfer)
        look(after: [pending])
        let bound = NIOLoopBound(self, eventLoop: host.eventLoop)
        pending.result.whenSuccess { result in
            let failed = result.buckets.filter { $0.outcome.kind != .ok }.reduce(into: RankSet()) {
                $0.formUnion($1.ranks)
            }
            bound.value.begin(new.subtracting(failed), cluster: cluster)
            for entry in bound.value.plan.entries { bound.value.host.drop(failed, from: entry.request.key) }
        }
    }

    private func begin(_ ranks: RankSet, cluster: Int) {
        guard !ranks.isEmpty, !isClosed else { return }
        look(after: host.submit(spares.chain(cluster, ranks), make: spares.make))
    }
}
