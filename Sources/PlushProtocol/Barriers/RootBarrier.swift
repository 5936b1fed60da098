import OrderedCollections
import PlushTree
import PlushWire

/// One barrier at the root: who has entered, and when that is enough. All decisions are made on rank sets (P4).
package struct RootBarrier: Sendable {
    /// A part of the participants of which so many must have entered whatever the entry rule says: the hosts that a
    /// cluster needs.
    package struct Quota: Hashable, Sendable {
        package let ranks: RankSet
        package let least: Int

        package init(ranks: RankSet, least: Int) {
            self.ranks = ranks
            self.least = least
        }
    }

    /// What came of a report.
    package struct Merge: Hashable, Sendable {
        /// Entries that were new, of this generation or late for an earlier one.
        package var accepted = RankSet()
        package var late = RankSet()
        /// Ranks that are no participants, or not behind that child.
        package var foreign = RankSet()
        /// The report is of a generation that nobody can have entered yet.
        package var isAhead = false
    }

    /// What a generation is waiting for.
    package enum Verdict: Hashable, Sendable {
        /// Entries, or a time (`nextDeadline`).
        case waits
        case releases
        /// So many are needed and no more than that are left: it waits for ever unless a client decides something.
        case cannot(needed: Int, left: Int)
    }

    struct Generation: Sendable {
        var entered = RankSet()
        var onTime = RankSet()
        var passed = RankSet()
        var finished = RankSet()
    }

    package let key: BarrierKey
    package let policy: BarrierPolicy
    package private(set) var participants: RankSet
    package private(set) var quotas: [Quota]
    package private(set) var dropped = RankSet()
    /// The generation that may be entered now; all before it are released.
    package private(set) var generation: UInt64 = 1
    package private(set) var arrivals = ArrivalHistogram()
    package private(set) var firstEntryAt: Instant?
    /// Everybody who ever came too late, in whichever generation.
    package private(set) var everLate = RankSet()
    /// A client has decided that the present generation goes on with whoever is there.
    package private(set) var isForced = false
    var generations: OrderedDictionary<UInt64, Generation> = [:]
    let knee: KneeRule

    package init(
        key: BarrierKey, policy: BarrierPolicy, participants: RankSet, quotas: [Quota] = [], knee: KneeRule = .standard
    ) throws(BarrierPolicyError) {
        try policy.entry.check(participants: participants.count)
        self.key = key
        self.policy = policy
        self.participants = participants
        self.quotas = quotas
        self.knee = knee
    }

    /// Whom the present generation waits for, or would have to if nobody were let through early.
    package var expected: RankSet {
        participants.subtracting(dropped)
    }

    package func entered(_ generation: UInt64) -> RankSet {
        generations[generation]?.entered ?? RankSet()
    }

    /// Who has not entered the present generation: known by rank at any time.
    package var missing: RankSet {
        expected.subtracting(entered(generation))
    }

    /// Takes a report from below a child whose subtree is, or has been, `subtree`.
    package mutating func merge(_ report: BarrierEntries, below subtree: RankSet, at now: Instant) -> Merge {
        var merge = Merge()
        guard report.generation <= generation, report.generation >= 1 else {
            merge.isAhead = true
            return merge
        }
        let mine = subtree.intersection(participants)
        for item in report.arrivals {
            merge.foreign.formUnion(item.ranks.subtracting(mine))
            let fresh = item.ranks.intersection(mine).subtracting(entered(report.generation))
            guard !fresh.isEmpty else { continue }
            merge.accepted.formUnion(fresh)
            generations[report.generation, default: Generation()].entered.formUnion(fresh)
            if report.generation == generation { note(fresh, at: now.goneBack(byMilliseconds: item.ageMilliseconds)) }
        }
        if report.generation < generation {
            merge.late = merge.accepted
            everLate.formUnion(merge.accepted)
        }
        return merge
    }

    private mutating func note(_ ranks: RankSet, at time: Instant) {
        let first = firstEntryAt ?? time
        firstEntryAt = first
        arrivals.add(ranks.count, atMilliseconds: time.milliseconds(since: first))
    }

    /// Hosts take the places of others, in quotas too. Those are dropped by who decides it, after this: in between nobody is
    /// released.
    package mutating func admit(_ ranks: RankSet, for others: RankSet) {
        participants.formUnion(ranks)
        quotas = quotas.map { quota in
            quota.ranks.isDisjoint(with: others) ? quota : Quota(ranks: quota.ranks.union(ranks), least: quota.least)
        }
    }

    /// No longer waits for these; the denominator of a percentage shrinks with them.
    package mutating func drop(_ ranks: RankSet) -> RankSet {
        let fresh = ranks.intersection(expected)
        dropped.formUnion(fresh)
        return fresh
    }

    /// The present generation no longer waits for anybody: it is released with those who are there, one at least.
    package mutating func force() {
        isForced = true
    }

    /// Whether the present generation is to be released now.
    package func verdict(at now: Instant) -> Verdict {
        let expected = expected
        let present = entered(generation).intersection(expected)
        // While nobody waits there is nothing to decide: applications end, and their hosts with them.
        guard !present.isEmpty else { return .waits }
        if isForced { return .releases }
        if let lacking = quotas.first(where: { $0.ranks.intersection(expected).count < $0.least }) {
            return .cannot(needed: lacking.least, left: lacking.ranks.intersection(expected).count)
        }
        let needed = needed(of: expected.count)
        guard needed <= expected.count else { return .cannot(needed: needed, left: expected.count) }
        let isQuorate = quotas.allSatisfy { $0.ranks.intersection(present).count >= $0.least }
        guard isQuorate else { return .waits }
        if present.count == expected.count { return .releases }
        return releaseTime(present: present.count, needed: needed).map { $0 <= now } == true ? .releases : .waits
    }

    private func needed(of count: Int) -> Int {
        switch policy.entry {
        case .all: return count
        case .atLeast(let threshold, _), .knee(let threshold, _): return threshold.needed(of: count)
        }
    }

    /// When those who are there are released if nobody else comes; nil: not by the time.
    private func releaseTime(present: Int, needed: Int) -> Instant? {
        guard let firstEntryAt else { return nil }
        switch policy.entry {
        case .all(let timeout):
            return timeout.map { firstEntryAt.advanced(byMilliseconds: UInt64($0.milliseconds)) }
        case .atLeast(_, let after):
            guard present >= needed else { return nil }
            return firstEntryAt.advanced(byMilliseconds: UInt64(after?.milliseconds ?? 0))
        case .knee(_, let timeout):
            let time = knee.releaseMilliseconds(
                after: arrivals, minimum: needed, timeoutMilliseconds: timeout.map { UInt64($0.milliseconds) })
            return time.map { firstEntryAt.advanced(byMilliseconds: $0) }
        }
    }

    /// When the verdict may change although nobody enters.
    package func nextDeadline(at now: Instant) -> Instant? {
        let expected = expected
        let present = entered(generation).intersection(expected).count
        guard let time = releaseTime(present: present, needed: needed(of: expected.count)), time > now else {
            return nil
        }
        return time
    }

    /// Releases the present generation: those who are there are on time, and the next one may be entered.
    package mutating func release() -> BarrierRelease {
        let onTime = entered(generation)
        generations[generation, default: Generation()].onTime = onTime
        let record = BarrierRelease(
            application: key.application, name: key.name, generation: generation, onTime: onTime)
        generation += 1
        arrivals = ArrivalHistogram()
        firstEntryAt = nil
        isForced = false
        forgetOldGenerations()
        return record
    }

    private mutating func forgetOldGenerations() {
        for old in generations.keys where old + BarrierLimits.generationsKept < generation - 1 {
            guard let state = generations[old] else { continue }
            let isDone = !policy.release.isThrottled || state.entered.union(state.passed) == state.finished
            if isDone { generations[old] = nil }
        }
    }
}
