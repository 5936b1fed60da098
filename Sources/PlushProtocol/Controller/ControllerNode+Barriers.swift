import OrderedCollections
import PlushTree
import PlushWire

extension ControllerNode {
    /// A barrier as a client asks for it.
    package struct BarrierRequest: Sendable {
        package var key: BarrierKey
        package var policy: BarrierPolicy
        package var participants: RankSet
        /// Applications' directories whose processes enter through their sockets; none where hosts enter between
        /// commands.
        package var members: [BarrierOpening.Member]
        /// How many hosts of each part there must be whatever the policy says.
        package var quotas: [RootBarrier.Quota]
        /// Somebody looks at who is missing: relays report meanwhile.
        package var isWatched: Bool

        package init(
            key: BarrierKey, policy: BarrierPolicy, participants: RankSet, members: [BarrierOpening.Member] = [],
            quotas: [RootBarrier.Quota] = [], isWatched: Bool = false
        ) {
            self.key = key
            self.policy = policy
            self.participants = participants
            self.members = members
            self.quotas = quotas
            self.isWatched = isWatched
        }
    }

    /// Begins a barrier. Its agents know of it before they get anything that is submitted later.
    package mutating func openBarrier(
        _ request: BarrierRequest, at now: Instant, into actions: inout [Action]
    ) throws(BarrierPolicyError) {
        let targets = TargetSet([TargetSet.Group(incarnation: 1, ranks: request.participants)])
        let opening = try barriers.open(
            request.key, policy: request.policy, participants: targets, members: request.members,
            quotas: request.quotas, isWatched: request.isWatched)
        writer.append(.barrier(opening))
        flush(into: &actions)
    }

    /// Lets hosts take part that take the places of others, whom the client drops after this.
    package mutating func admitToBarrier(
        _ key: BarrierKey, _ ranks: RankSet, for others: RankSet, into actions: inout [Action]
    ) {
        guard let opening = barriers.admit(ranks, for: others, to: key) else { return }
        writer.append(.barrier(opening))
        flush(into: &actions)
    }

    /// No longer waits for these ranks at a barrier.
    package mutating func dropFromBarrier(
        _ key: BarrierKey, _ ranks: RankSet, at now: Instant, into actions: inout [Action]
    ) {
        let (dropped, effects) = barriers.drop(
            ranks, from: key, children: barrierChildren, overlayMilliseconds: now.milliseconds(since: begun), at: now)
        guard !dropped.isEmpty else { return }
        writer.append(.drop(BarrierDrop(key: key, ranks: dropped)))
        perform(effects, at: now, into: &actions)
        notifyBarrier(key, into: &actions)
        flush(into: &actions)
    }

    /// Releases the present generation of a barrier with whoever is there: a client's decision.
    package mutating func forceBarrier(_ key: BarrierKey, at now: Instant, into actions: inout [Action]) {
        let effects = barriers.force(
            key, children: barrierChildren, overlayMilliseconds: now.milliseconds(since: begun), at: now)
        perform(effects, at: now, into: &actions)
    }

    /// An application is over: its barriers are forgotten everywhere.
    package mutating func closeBarriers(application: String, into actions: inout [Action]) {
        guard barriers.keys.contains(where: { $0.application == application }) else { return }
        barriers.close(application: application)
        barrierFollowers.close(application: application)
        writer.append(.closeBarriers(application))
        flush(into: &actions)
    }

    /// Only permits go to children one by one; a star's list is as long as the list of hosts.
    private var barrierChildren: [BarrierBook.Child] {
        guard barriers.isThrottling else { return [] }
        return children.all.filter(\.isAttached).map { ($0.link, $0.subtree) }
    }

    /// From then on nobody of a subtree that is lost now can hold anything: its agents have ended with their lease.
    private func freeAt(_ now: Instant) -> Instant {
        now.advanced(byMilliseconds: configuration.leaseMilliseconds + BarrierLimits.graceMilliseconds)
    }

    mutating func merge(_ report: BarrierEntries, from link: LinkID, at now: Instant, into actions: inout [Action]) {
        guard let child = children[link: link], child.isAttached else { return }
        let effects = barriers.merge(
            report, below: child.everBelow, children: barrierChildren,
            overlayMilliseconds: now.milliseconds(since: begun), at: now)
        notifyBarrier(report.key, into: &actions)
        perform(effects, at: now, into: &actions)
    }

    mutating func merge(_ report: PermitReport, from link: LinkID, at now: Instant, into actions: inout [Action]) {
        guard let child = children[link: link], child.isAttached else { return }
        let effects = barriers.merge(
            report, from: link, below: child.everBelow, freeAt: freeAt(now), children: barrierChildren,
            overlayMilliseconds: now.milliseconds(since: begun), at: now)
        if let barrier = barriers[report.key], !report.passed.isEmpty, report.generation < barrier.generation {
            let passed = barrier.passed(report.generation)
            let waiting = barrier.entered(report.generation).subtracting(passed)
            actions.append(
                .notify(
                    .barrier(
                        .passing(report.key, generation: report.generation, passed: passed, waiting: waiting))))
        }
        perform(effects, at: now, into: &actions)
    }

    mutating func merge(_ report: ApplicationReport, from link: LinkID, into actions: inout [Action]) {
        guard let child = children[link: link], child.isAttached else { return }
        var words = report.words
        for index in words.indices { words[index].ranks = words[index].ranks.intersection(child.everBelow) }
        words.removeAll { $0.ranks.isEmpty }
        guard !words.isEmpty, operations[report.operation] != nil else { return }
        actions.append(.notify(.application(ApplicationReport(operation: report.operation, words: words))))
    }

    /// A child's link is gone, or another has taken its place.
    mutating func barriersLose(_ link: LinkID, at now: Instant) {
        barriers.loseChild(link, freeAt: freeAt(now))
    }

    /// Time has passed, or the tree has changed.
    mutating func advanceBarriers(at now: Instant, into actions: inout [Action]) {
        let effects = barriers.advanceAll(
            children: barrierChildren, overlayMilliseconds: now.milliseconds(since: begun), at: now)
        perform(effects, at: now, into: &actions)
    }

    /// Releases that are durable have been sent: permits may follow them.
    mutating func releasesSent(at now: Instant, into actions: inout [Action]) {
        while let waiting = undurableReleases.first, waiting.index <= writer.durableIndex {
            undurableReleases.removeFirst()
            let effects = barriers.sent(
                waiting.release, children: barrierChildren, overlayMilliseconds: now.milliseconds(since: begun),
                at: now)
            perform(effects, at: now, into: &actions)
        }
    }

    private mutating func perform(_ effects: [BarrierBook.Effect], at now: Instant, into actions: inout [Action]) {
        for effect in effects {
            switch effect {
            case .release(let release):
                writer.append(.release(release))
                undurableReleases.append((release, writer.lastIndexAfterFlush))
                flush(into: &actions)
                let key = BarrierKey(application: release.application, name: release.name)
                let missing = barriers[key]?.expected.subtracting(release.onTime) ?? RankSet()
                actions.append(
                    .notify(
                        .barrier(
                            .released(key, generation: release.generation, onTime: release.onTime, missing: missing))))
            case .lease(let link, let lease): actions.append(.send(link, .permits(lease)))
            case .cannot(let key, let generation, let needed, let left):
                actions.append(.notify(.barrier(.cannot(key, generation: generation, needed: needed, left: left))))
            case .late(let key, let generation, let ranks, let isRefused):
                actions.append(
                    .notify(.barrier(.late(key, generation: generation, ranks, isRefused: isRefused))))
            case .note(let text): actions.append(.note(text))
            }
        }
        if let deadline = barriers.nextDeadline(at: now) {
            timers.set(.barriers, at: deadline)
        } else {
            timers.cancel(.barriers)
        }
    }

    private func notifyBarrier(_ key: BarrierKey, into actions: inout [Action]) {
        guard let barrier = barriers[key] else { return }
        let entered = barrier.entered(barrier.generation).intersection(barrier.expected)
        actions.append(
            .notify(
                .barrier(
                    .entered(key, generation: barrier.generation, entered: entered, missing: barrier.missing))))
    }

    // MARK: - Who will never enter

    /// Remembers which barriers wait for what an operation does.
    mutating func followForBarriers(_ operation: Operation) {
        switch operation.task {
        case .gated(let gate, let task):
            for id in gate.after { barrierFollowers.add(gate.barrier, after: id) }
            barrierFollowers.add(gate.barrier, after: operation.id)
            followMembers(operation, task)
        case .run(let task): followMembers(operation, task)
        case .probe, .files, .collect: return
        }
    }

    private mutating func followMembers(_ operation: Operation, _ task: RunTask) {
        guard let targets = operations[operation.id]?.targets else { return }
        for key in barriers.members(of: task.application) where task.barriers.contains(key.name) {
            barrierFollowers.add(key, processes: operation.id, on: targets)
        }
    }

    /// Operations have ended on ranks: whoever will never enter a barrier for that reason is no longer waited for there.
    mutating func dropEnded(_ id: OperationID, at now: Instant, into actions: inout [Action]) {
        guard let rollup = operations[id]?.rollup else { return }
        let failed = rollup.buckets.reduce(into: RankSet()) { set, bucket in
            if bucket.outcome.kind != .ok { set.formUnion(bucket.ranks) }
        }
        for (key, ranks) in barrierFollowers.ended(id, terminal: rollup.terminal, failed: failed) {
            dropFromBarrier(key, ranks, at: now, into: &actions)
        }
    }
}
