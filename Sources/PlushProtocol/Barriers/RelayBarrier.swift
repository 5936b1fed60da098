import OrderedCollections
import PlushTree
import PlushWire

/// One barrier as an agent knows it: who of its subtree has entered what, and whether its own host may go on.
package struct RelayBarrier: Sendable {
    /// When to send what is new.
    package enum Due: Hashable, Sendable {
        case nothing
        case atOnce
        case at(Instant)
    }

    /// This host goes on.
    package struct Passage: Hashable, Sendable {
        package let generation: UInt64
        package let isLate: Bool
        /// A latecomer where latecomers are refused: it does not go on.
        package let isRefused: Bool
    }

    package private(set) var opening: BarrierOpening
    package let rank: Rank
    /// Participants less those that the root has dropped.
    package private(set) var participants: RankSet
    /// Every generation up to this one is released, for good (rule 11).
    package private(set) var releasedUpTo: UInt64 = 0
    package var permits = PermitTable()
    package var slots: HostSlots
    var generations: OrderedDictionary<UInt64, RelayGeneration> = [:]
    /// Generations in which this host was on time.
    private var onTime: [UInt64: Bool] = [:]
    /// The generation in which this host waits.
    package private(set) var waitingFor: UInt64?
    /// The generation whose permit this host has.
    package private(set) var holdingFor: UInt64?
    private var reportedAt: Instant?

    package init(_ opening: BarrierOpening, rank: Rank) {
        self.opening = opening
        self.rank = rank
        participants = opening.participants.ranks
        slots = HostSlots()
    }

    package var key: BarrierKey { opening.key }

    package func entered(_ generation: UInt64) -> RankSet {
        generations[generation]?.entered ?? RankSet()
    }

    /// What an attach summary says (rule 17): generations that are not released yet.
    package var enteredGenerations: [(generation: UInt64, ranks: RankSet)] {
        generations.filter { $0.key > releasedUpTo && !$0.value.entered.isEmpty }.map { ($0.key, $0.value.entered) }
    }

    /// This host enters. A generation that is released already makes it a latecomer.
    package mutating func enter(_ generation: UInt64, at now: Instant) {
        guard participants.contains(rank) || opening.participants.ranks.contains(rank) else { return }
        waitingFor = generation
        if generation <= releasedUpTo, onTime[generation] == nil { onTime[generation] = false }
        _ = generations[generation, default: RelayGeneration()].enter(RankSet(rank), at: now)
    }

    /// Takes a child's report, as far as it is about participants below that child; returns the ranks that are not.
    package mutating func merge(_ report: BarrierEntries, below subtree: RankSet, at now: Instant) -> RankSet {
        let mine = subtree.intersection(opening.participants.ranks)
        // Nobody can be further than the generation after the last one released, whatever a child says.
        guard report.generation >= 1, report.generation <= releasedUpTo + 1 else { return report.ranks }
        var foreign = RankSet()
        for arrivals in report.arrivals {
            foreign.formUnion(arrivals.ranks.subtracting(mine))
            let time = now.goneBack(byMilliseconds: arrivals.ageMilliseconds)
            _ = generations[report.generation, default: RelayGeneration()].enter(
                arrivals.ranks.intersection(mine), at: time)
        }
        return foreign
    }

    /// When the entries should go up: at once when nobody of the reachable subtree is missing, since that may decide the
    /// barrier; else at most once in an interval, or where there is none, when the relay's patience ends.
    package func entriesDue(among reachable: RankSet, at now: Instant) -> Due {
        guard let newest = generations.elements.last(where: { $0.value.hasNewEntries }) else { return .nothing }
        if participants.intersection(reachable).isSubset(of: newest.value.entered) { return .atOnce }
        let isLate = generations.contains { $0.key <= releasedUpTo && $0.value.hasNewEntries }
        let interval = isLate ? BarrierLimits.reportMilliseconds : UInt64(opening.reportIntervalMilliseconds)
        guard interval > 0 else {
            let since = newest.value.newEntriesSince ?? now
            return .at(max(now, since.advanced(byMilliseconds: ProtocolLimits.flushMilliseconds)))
        }
        guard let next = reportedAt?.advanced(byMilliseconds: interval), next > now else { return .atOnce }
        return .at(next)
    }

    package mutating func takeEntries(at now: Instant) -> [BarrierEntries] {
        reportedAt = now
        return generations.keys.compactMap { generation in
            guard let arrivals = generations[generation]?.takeEntries(at: now), !arrivals.isEmpty else { return nil }
            return BarrierEntries(key: key, generation: generation, arrivals: arrivals)
        }
    }

    /// The root has released a generation. An older one changes nothing.
    package mutating func release(_ release: BarrierRelease) {
        guard release.generation > releasedUpTo else { return }
        releasedUpTo = release.generation
        if opening.refusesLatecomers {
            generations[release.generation, default: RelayGeneration()].admitted = release.onTime
        }
        if entered(release.generation).contains(rank) || waitingFor == release.generation {
            onTime[release.generation] = release.onTime.contains(rank)
        }
        forgetOldGenerations()
    }

    /// A parent says how far the barrier has come, without who was on time.
    package mutating func catchUp(_ generation: UInt64) {
        releasedUpTo = max(releasedUpTo, generation)
    }

    /// More hosts take part from now on.
    package mutating func admit(_ wider: BarrierOpening) {
        participants.formUnion(wider.participants.ranks.subtracting(opening.participants.ranks))
        opening = wider
    }

    package mutating func drop(_ ranks: RankSet) {
        participants.subtract(ranks)
    }

    /// Whether this host waits for nothing but a permit.
    package var wantsPermit: Bool {
        guard opening.throttle != .none, let waitingFor else { return false }
        return waitingFor <= releasedUpTo && !isRefused(waitingFor)
    }

    private func isRefused(_ generation: UInt64) -> Bool {
        opening.refusesLatecomers && onTime[generation] != true
    }

    /// Lets this host through where nothing holds it any more.
    package mutating func takePassage() -> Passage? {
        guard let generation = waitingFor, generation <= releasedUpTo else { return nil }
        let isLate = onTime[generation] != true
        let isRefused = isRefused(generation)
        if opening.throttle != .none, !isRefused {
            guard permits.own != nil else { return nil }
            _ = generations[generation, default: RelayGeneration()].pass(RankSet(rank))
            if opening.throttle == .passes {
                permits.useOwn()
                generations[generation]?.finish(RankSet(rank))
            } else {
                holdingFor = generation
            }
        }
        waitingFor = nil
        onTime[generation] = nil
        return Passage(generation: generation, isLate: isLate, isRefused: isRefused)
    }

    /// This host has entered another barrier, or its work has ended: its permit is free.
    package mutating func finishOwn() {
        guard let generation = holdingFor else { return }
        holdingFor = nil
        guard permits.finishOwn() else { return }
        generations[generation, default: RelayGeneration()].finish(RankSet(rank))
    }

    /// A parent that has just taken this node knows nothing of its subtree.
    package mutating func beginAnew(at now: Instant) {
        for generation in generations.keys { generations[generation]?.forgetReports(at: now) }
        reportedAt = nil
    }

    /// Generations before the last few are kept only while somebody in them waits for a permit or has one.
    private mutating func forgetOldGenerations() {
        for generation in generations.keys where generation + BarrierLimits.generationsKept < releasedUpTo {
            guard let old = generations[generation], !old.hasNewEntries, !old.hasPermitNews else { continue }
            let isDone = opening.throttle == .none || old.waiting.isEmpty && old.holding.isEmpty
            if isDone { generations[generation] = nil }
        }
    }
}

extension Instant {
    /// An earlier point; the start at the earliest.
    package func goneBack(byMilliseconds milliseconds: UInt64) -> Instant {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        return Instant(nanoseconds: overflow || product > nanoseconds ? 0 : nanoseconds - product)
    }
}
