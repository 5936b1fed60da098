import OrderedCollections
import PlushTree
import PlushWire

/// All barriers of an agent, and what follows for it when something happens: messages up and down, and its own host
/// going on.
package struct RelayBarriers: Sendable {
    /// A child with the ranks behind it.
    package typealias Child = (link: LinkID, subtree: RankSet)

    /// How the agent stands when something happens.
    package struct Situation: Sendable {
        /// Attached children.
        package let children: [Child]
        /// The agent is attached: what is sent up arrives, or the link is lost.
        package let hasParent: Bool
        /// What it knows of the root is young enough to give out permits (rule 12).
        package let mayGrant: Bool
        package let overlayMilliseconds: UInt64
        package let time: Instant

        package init(
            children: [Child], hasParent: Bool, mayGrant: Bool, overlayMilliseconds: UInt64, time: Instant
        ) {
            self.children = children
            self.hasParent = hasParent
            self.mayGrant = mayGrant
            self.overlayMilliseconds = overlayMilliseconds
            self.time = time
        }
    }

    /// What follows.
    package enum Effect: Hashable, Sendable {
        case up(Message)
        case down(LinkID, PermitLease)
        /// This host goes on, or is refused.
        case passage(BarrierKey, RelayBarrier.Passage)
        case note(String)
    }

    package let rank: Rank
    private var barriers: OrderedDictionary<BarrierKey, RelayBarrier> = [:]
    /// When each wants to be looked at although nothing happens.
    private var deadlines: OrderedDictionary<BarrierKey, Instant> = [:]

    package init(rank: Rank) {
        self.rank = rank
    }

    package subscript(key: BarrierKey) -> RelayBarrier? {
        barriers[key]
    }

    package var keys: [BarrierKey] {
        Array(barriers.keys)
    }

    package var nextDeadline: Instant? {
        deadlines.values.min()
    }

    /// The barrier that a process of an application's directory means by a name.
    package func key(named name: String, ofProcessIn directory: String) -> BarrierKey? {
        barriers.values.first { barrier in
            barrier.key.name == name && barrier.opening.members.contains { $0.application == directory }
        }?.key
    }

    /// How many processes of an application's directory enter a barrier on each host; nil: it is not for them.
    package func processes(of key: BarrierKey, in directory: String) -> Int? {
        barriers[key]?.opening.members.first { $0.application == directory }.map { Int($0.processes) }
    }

    // MARK: - The log

    /// A second opening of a barrier names more participants.
    package mutating func open(_ opening: BarrierOpening) {
        guard barriers[opening.key] == nil else {
            barriers[opening.key]?.admit(opening)
            return
        }
        guard barriers.count < BarrierLimits.barriersMax else { return }
        barriers[opening.key] = RelayBarrier(opening, rank: rank)
    }

    package mutating func close(application: String) {
        for key in barriers.keys where key.application == application {
            barriers[key] = nil
            deadlines[key] = nil
        }
    }

    package mutating func release(_ release: BarrierRelease, _ situation: Situation) -> [Effect] {
        let key = BarrierKey(application: release.application, name: release.name)
        barriers[key]?.release(release)
        return advance(key, situation)
    }

    package mutating func drop(_ drop: BarrierDrop, _ situation: Situation) -> [Effect] {
        barriers[drop.key]?.drop(drop.ranks)
        return advance(drop.key, situation)
    }

    // MARK: - This host

    /// This host enters a generation; what it held of other barriers of the application is free.
    package mutating func enter(_ key: BarrierKey, _ generation: UInt64, _ situation: Situation) -> [Effect] {
        var effects = finish(application: key.application, situation)
        barriers[key]?.enter(generation, at: situation.time)
        effects += advance(key, situation)
        return effects
    }

    /// This host's work for an application has come to an end, or to its next barrier.
    package mutating func finish(application: String, _ situation: Situation) -> [Effect] {
        barriers.keys.filter { $0.application == application && barriers[$0]?.holdingFor != nil }.flatMap { key in
            barriers[key]?.finishOwn()
            return advance(key, situation)
        }
    }

    /// Lets a caller change what a barrier knows of this host's processes.
    package mutating func updateSlots<Result>(_ key: BarrierKey, _ body: (inout HostSlots) -> Result) -> Result? {
        guard var barrier = barriers[key] else { return nil }
        let result = body(&barrier.slots)
        barriers[key] = barrier
        return result
    }

    // MARK: - The tree

    package mutating func merge(_ report: BarrierEntries, from child: Child, _ situation: Situation) -> [Effect] {
        guard var barrier = barriers[report.key] else { return [] }
        let foreign = barrier.merge(report, below: child.subtree, at: situation.time)
        barriers[report.key] = barrier
        let notes: [Effect] =
            foreign.isEmpty
            ? [] : [.note("entries of barrier \(report.key) for ranks not below that child: \(foreign)")]
        return notes + advance(report.key, situation)
    }

    package mutating func merge(_ report: PermitReport, from child: Child, _ situation: Situation) -> [Effect] {
        guard let (lost, adopted) = barriers[report.key]?.merge(report, from: child.link, below: child.subtree) else {
            return []
        }
        return advance(report.key, situation, lost: lost, adopted: adopted)
    }

    package mutating func receive(_ lease: PermitLease, _ situation: Situation) -> [Effect] {
        barriers[lease.key]?.permits.receive(lease)
        return advance(lease.key, situation)
    }

    /// A parent has just taken this node: it is told everything, permits included, because only now no permit can come
    /// over the link before any more.
    package mutating func attached(_ situation: Situation) -> [Effect] {
        barriers.keys.flatMap { key in
            barriers[key]?.beginAnew(at: situation.time)
            return advance(key, situation, adopted: barriers[key]?.heldReport ?? [], isAll: true)
        }
    }

    /// A child's link is gone; where its permits are is for the root to find out.
    package mutating func loseChild(_ link: LinkID, _ situation: Situation) -> [Effect] {
        barriers.keys.flatMap { key in
            advance(key, situation, lost: barriers[key]?.permits.loseChild(link) ?? TokenSet())
        }
    }

    /// Time has passed, or the subtree has changed.
    package mutating func advanceAll(_ situation: Situation) -> [Effect] {
        barriers.keys.flatMap { key in
            advance(key, situation, isIntervalOver: deadlines[key].map { $0 <= situation.time } ?? false)
        }
    }

    private mutating func advance(
        _ key: BarrierKey, _ situation: Situation, lost: TokenSet = TokenSet(),
        adopted: [PermitReport.Held] = [], isAll: Bool = false, isIntervalOver: Bool = false
    ) -> [Effect] {
        guard var barrier = barriers[key] else { return [] }
        var effects: [Effect] = []
        var retry: Instant?
        if situation.mayGrant {
            for item in barrier.distribute(situation.children, atOverlayMilliseconds: situation.overlayMilliseconds) {
                effects.append(.down(item.link, item.lease))
            }
        } else if barrier.isHoldingBack(situation.children) {
            // Nothing else may happen here before the root is heard of again.
            retry = situation.time.advanced(byMilliseconds: BarrierLimits.reportMilliseconds)
        }
        if let passage = barrier.takePassage() { effects.append(.passage(key, passage)) }
        let reachable = situation.children.reduce(into: RankSet(rank)) { $0.formUnion($1.subtree) }
        // Without a parent nothing is due: whoever becomes it is told everything.
        var deadline: Instant?
        if situation.hasParent {
            switch barrier.entriesDue(among: reachable, at: situation.time) {
            case .nothing: break
            case .at(let time) where !isAll && !isIntervalOver: deadline = time
            case .atOnce, .at: effects += barrier.takeEntries(at: situation.time).map { .up(.barrierEntries($0)) }
            }
            let reports = barrier.takePermitReports(
                lost: lost, adopted: adopted, children: situation.children, isIntervalOver: isIntervalOver || isAll)
            effects += reports.map { .up(.permitReport($0)) }
            if barrier.hasPermitNews {
                let later = situation.time.advanced(byMilliseconds: BarrierLimits.reportMilliseconds)
                let permits = deadlines[key].map { $0 > situation.time ? min($0, later) : later } ?? later
                deadline = min(deadline ?? permits, permits)
            }
        }
        deadlines[key] = [deadline, retry].compactMap { $0 }.min()
        barriers[key] = barrier
        return effects
    }
}
