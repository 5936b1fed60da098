import OrderedCollections
import PlushTree
import PlushWire

/// All barriers of the root, by key, and what to do about each when something happened.
package struct BarrierBook: Sendable {
    /// A child of the root with the ranks behind it.
    package typealias Child = (link: LinkID, subtree: RankSet)

    struct Entry: Sendable {
        var barrier: RootBarrier
        var throttle: RootThrottle?
        var opening: BarrierOpening
        /// The last word about this generation that a client was told.
        var said: RootBarrier.Verdict = .waits
        /// Releases up to this generation have been sent: a permit must not come before them, since whoever gets one
        /// that nobody waits for gives it back.
        var sentUpTo: UInt64 = 0
    }

    /// What follows from an event; the order is that in which it happened.
    package enum Effect: Hashable, Sendable {
        /// To the log.
        case release(BarrierRelease)
        /// To a child.
        case lease(LinkID, PermitLease)
        /// To clients: this generation can no longer be released.
        case cannot(BarrierKey, generation: UInt64, needed: Int, left: Int)
        /// To clients: hosts have entered a generation that was released before.
        case late(BarrierKey, generation: UInt64, RankSet, isRefused: Bool)
        /// A word for the log of the node.
        case note(String)
    }

    private var entries: OrderedDictionary<BarrierKey, Entry> = [:]
    /// Barriers that processes of an application's directory enter.
    private var byMember: OrderedDictionary<String, OrderedSet<BarrierKey>> = [:]

    package init() {}

    package subscript(key: BarrierKey) -> RootBarrier? {
        entries[key]?.barrier
    }

    package var keys: [BarrierKey] {
        Array(entries.keys)
    }

    /// Whether any barrier lets hosts through one by one.
    package var isThrottling: Bool {
        entries.values.contains { $0.throttle != nil }
    }

    package func members(of directory: String) -> [BarrierKey] {
        Array(byMember[directory] ?? [])
    }

    package func throttle(of key: BarrierKey) -> RootThrottle? {
        entries[key]?.throttle
    }

    /// Begins a barrier; returns the record for the log. Throws for a policy that these participants cannot satisfy; a
    /// second one of a name that is open is refused too.
    package mutating func open(
        _ key: BarrierKey, policy: BarrierPolicy, participants: TargetSet, members: [BarrierOpening.Member] = [],
        quotas: [RootBarrier.Quota] = [], isWatched: Bool = false
    ) throws(BarrierPolicyError) -> BarrierOpening {
        guard entries[key] == nil else {
            throw BarrierPolicyError(.repeated, key.name, "a barrier of this name is open already")
        }
        guard entries.count < BarrierLimits.barriersMax else {
            throw BarrierPolicyError(.range, key.name, "there are \(BarrierLimits.barriersMax) barriers already")
        }
        let barrier = try RootBarrier(
            key: key, policy: policy, participants: participants.ranks, quotas: quotas)
        let throttle = RootThrottle(policy.release, participants: participants.ranks.count)
        for member in members { byMember[member.application, default: []].append(key) }
        let isStrict = policy.entry == .all(timeout: nil)
        let opening = BarrierOpening(
            key: key, participants: participants, members: members,
            reportIntervalMilliseconds: isStrict && !isWatched ? 0 : UInt32(BarrierLimits.reportMilliseconds),
            throttle: throttle?.throttle ?? .none, refusesLatecomers: policy.latecomers == .refuse)
        entries[key] = Entry(barrier: barrier, throttle: throttle, opening: opening)
        return opening
    }

    /// Lets hosts take part that take the places of others; returns the record for the log, nil for a barrier that is not
    /// open.
    package mutating func admit(_ ranks: RankSet, for others: RankSet, to key: BarrierKey) -> BarrierOpening? {
        guard var entry = entries[key] else { return nil }
        entry.barrier.admit(ranks, for: others)
        let old = entry.opening
        let participants = TargetSet([TargetSet.Group(incarnation: 1, ranks: entry.barrier.participants)])
        entry.opening = BarrierOpening(
            key: key, participants: participants, members: old.members,
            reportIntervalMilliseconds: old.reportIntervalMilliseconds, throttle: old.throttle,
            refusesLatecomers: old.refusesLatecomers)
        entries[key] = entry
        return entry.opening
    }

    package mutating func close(application: String) {
        for key in entries.keys where key.application == application { entries[key] = nil }
        for directory in byMember.keys { byMember[directory]?.removeAll { $0.application == application } }
        byMember = byMember.filter { !$0.value.isEmpty }
    }

    package mutating func merge(
        _ report: BarrierEntries, below subtree: RankSet, children: [Child], overlayMilliseconds: UInt64,
        at now: Instant
    ) -> [Effect] {
        guard var entry = entries[report.key] else { return [] }
        let merge = entry.barrier.merge(report, below: subtree, at: now)
        entries[report.key] = entry
        var effects: [Effect] = []
        if !merge.foreign.isEmpty {
            effects.append(.note("entries of barrier \(report.key) for ranks that are not its own: \(merge.foreign)"))
        }
        if merge.isAhead {
            effects.append(
                .note("entries of barrier \(report.key) for generation \(report.generation), which is not open"))
        }
        if !merge.late.isEmpty {
            let isRefused = entry.barrier.policy.latecomers == .refuse
            effects.append(.late(report.key, generation: report.generation, merge.late, isRefused: isRefused))
        }
        return effects + advance(report.key, children, overlayMilliseconds, now)
    }

    package mutating func merge(
        _ report: PermitReport, from link: LinkID, below subtree: RankSet, freeAt: Instant, children: [Child],
        overlayMilliseconds: UInt64, at now: Instant
    ) -> [Effect] {
        guard var entry = entries[report.key] else { return [] }
        let (passed, finished) = entry.barrier.take(report, below: subtree)
        let stale =
            entry.throttle?.take(
                report, passed: passed.count, finished: finished.count, from: link, freeAt: freeAt, at: now)
            ?? TokenSet()
        entries[report.key] = entry
        let notes: [Effect] =
            stale.isEmpty
            ? [] : [.note("permits \(stale) of \(report.key) turned up after they had been given out anew")]
        return notes + advance(report.key, children, overlayMilliseconds, now)
    }

    package mutating func drop(
        _ ranks: RankSet, from key: BarrierKey, children: [Child], overlayMilliseconds: UInt64, at now: Instant
    ) -> (dropped: RankSet, effects: [Effect]) {
        let dropped = entries[key]?.barrier.drop(ranks) ?? RankSet()
        return (dropped, dropped.isEmpty ? [] : advance(key, children, overlayMilliseconds, now))
    }

    /// Releases the present generation with whoever is there, whatever the policy says.
    package mutating func force(
        _ key: BarrierKey, children: [Child], overlayMilliseconds: UInt64, at now: Instant
    ) -> [Effect] {
        entries[key]?.barrier.force()
        return advance(key, children, overlayMilliseconds, now)
    }

    /// The release is on its way: permits may follow.
    package mutating func sent(
        _ release: BarrierRelease, children: [Child], overlayMilliseconds: UInt64, at now: Instant
    ) -> [Effect] {
        let key = BarrierKey(application: release.application, name: release.name)
        guard let entry = entries[key], entry.sentUpTo < release.generation else { return [] }
        entries[key]?.sentUpTo = release.generation
        return advance(key, children, overlayMilliseconds, now)
    }

    package mutating func loseChild(_ link: LinkID, freeAt: Instant) {
        for key in entries.keys { entries[key]?.throttle?.loseChild(link, freeAt: freeAt) }
    }

    /// Time has passed, or children have come.
    package mutating func advanceAll(children: [Child], overlayMilliseconds: UInt64, at now: Instant) -> [Effect] {
        entries.keys.flatMap { advance($0, children, overlayMilliseconds, now) }
    }

    private mutating func advance(
        _ key: BarrierKey, _ children: [Child], _ overlayMilliseconds: UInt64, _ now: Instant
    ) -> [Effect] {
        guard var entry = entries[key] else { return [] }
        var effects: [Effect] = []
        let verdict = entry.barrier.verdict(at: now)
        switch verdict {
        case .releases:
            effects.append(.release(entry.barrier.release()))
            entry.said = .waits
        case .cannot(let needed, let left):
            if entry.said != verdict {
                effects.append(.cannot(key, generation: entry.barrier.generation, needed: needed, left: left))
            }
            entry.said = verdict
        case .waits:
            entry.said = .waits
        }
        if entry.throttle != nil, entry.sentUpTo > 0, entry.sentUpTo == entry.barrier.generation - 1 {
            let demands = children.map { entry.barrier.demand($0) }
            let leases = entry.throttle?.lease(
                to: demands, key: key, generation: entry.barrier.generation - 1,
                overlayMilliseconds: overlayMilliseconds, at: now)
            for item in leases ?? [] { effects.append(.lease(item.link, item.lease)) }
        }
        entries[key] = entry
        return effects
    }

    /// When ``advanceAll(children:overlayMilliseconds:at:)`` is due although nothing happens.
    package func nextDeadline(at now: Instant) -> Instant? {
        entries.values.compactMap { entry in
            let release = entry.barrier.nextDeadline(at: now)
            let permits = entry.throttle?.nextDeadline(at: now)
            return [release, permits].compactMap { $0 }.min()
        }.min()
    }
}
