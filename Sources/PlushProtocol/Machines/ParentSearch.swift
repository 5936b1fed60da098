import DequeModule
import OrderedCollections
import PlushTree
import PlushWire

/// The search for a parent (rule 7): candidates are dialled in turn, the next one after a short time whatever became of
/// the last; whoever is full names others; when all have been tried it begins anew, later and later.
package struct ParentSearch: Sendable {
    /// Why one looks.
    package enum Reason: Hashable, Sendable {
        /// The place that the bootstrap names; others only when that fails, and an end when they do.
        case launch
        /// The parent is gone.
        case orphaned
        /// The parent is there, and has not heard of the root for long.
        case stale
        /// The parent asked for it; nothing is lost when nobody else has room.
        case redirected
    }

    /// Whom to try.
    package struct Candidate: Hashable, Sendable {
        package let parent: Bootstrap.Parent
        /// How many others have sent us there; two at most.
        let redirects: Int

        package init(_ parent: Bootstrap.Parent, redirects: Int = 0) {
            self.parent = parent
            self.redirects = redirects
        }

        package init(_ contact: Contact, redirects: Int = 0) {
            parent = Bootstrap.Parent(rank: contact.rank, key: contact.key, address: contact.address)
            self.redirects = redirects
        }

        package var rank: Rank {
            parent.rank
        }
    }

    private enum Step: Sendable {
        case dialling
        case attaching(LinkID)
    }

    private struct Attempt: Sendable {
        let candidate: Candidate
        let since: Instant
        var step = Step.dialling
    }

    package private(set) var reason: Reason?
    private var waiting: Deque<Candidate> = []
    private var underWay: OrderedDictionary<Rank, Attempt> = [:]
    private var later: [(candidate: Candidate, at: Instant)] = []
    private var seen: OrderedSet<Rank> = []
    private var nextDialAt: Instant?
    private var rounds = 0
    private var random: SplitMix64
    /// Nodes that broke the rules as parents: tried only when there is nobody else.
    private var distrusted: OrderedSet<Rank> = []

    /// `seed`: of the jitter, which must differ from node to node.
    package init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    package var isActive: Bool {
        reason != nil
    }

    /// Begins, or begins the next round.
    package mutating func begin(_ reason: Reason, _ candidates: [Candidate], at now: Instant) {
        if self.reason == nil { rounds = 0 }
        self.reason = reason
        var ranks: OrderedSet<Rank> = []
        let fresh = candidates.filter { underWay[$0.rank] == nil && ranks.append($0.rank).inserted }
        let trusted = fresh.filter { !distrusted.contains($0.rank) }
        waiting = Deque(trusted.isEmpty ? fresh : trusted)
        seen = OrderedSet(waiting.map(\.rank))
        later = []
        // Everybody below a dead relay begins at the same moment.
        let most = rounds == 0 ? 0 : min(250 << UInt64(min(rounds, 5)), ProtocolLimits.searchPauseMilliseconds)
        nextDialAt = now.advanced(byMilliseconds: random.below(most))
        rounds += 1
    }

    /// Ends; returns links that were being attached.
    package mutating func end() -> [LinkID] {
        reason = nil
        let links = attachingLinks
        underWay = [:]
        waiting = []
        later = []
        nextDialAt = nil
        return links
    }

    package mutating func distrust(_ rank: Rank) {
        distrusted.append(rank)
    }

    private var attachingLinks: [LinkID] {
        underWay.values.compactMap { attempt in
            if case .attaching(let link) = attempt.step { return link }
            return nil
        }
    }

    /// Those to be dialled now.
    package mutating func due(at now: Instant) -> [Candidate] {
        guard isActive else { return [] }
        for entry in later where entry.at <= now {
            waiting.append(entry.candidate)
            nextDialAt = min(nextDialAt ?? now, now)
        }
        later.removeAll { $0.at <= now }
        guard let nextDialAt, nextDialAt <= now else { return [] }
        var candidate: Candidate?
        while candidate == nil, let next = waiting.popFirst() {
            if underWay[next.rank] == nil { candidate = next }
        }
        guard let candidate else {
            self.nextDialAt = nil
            return []
        }
        underWay[candidate.rank] = Attempt(candidate: candidate, since: now)
        // The place in the shape is worth waiting for.
        let pause = reason == .launch && rounds == 1 && seen.first == candidate.rank
        self.nextDialAt = pause ? nil : now.advanced(byMilliseconds: ProtocolLimits.dialIntervalMilliseconds)
        return [candidate]
    }

    /// Whether somebody was dialled and has not answered.
    package func isDialling(_ rank: Rank) -> Bool {
        if case .dialling = underWay[rank]?.step { return true }
        return false
    }

    package mutating func attaching(_ rank: Rank, on link: LinkID) {
        underWay[rank]?.step = .attaching(link)
    }

    /// A candidate will not do: the next one is tried at once.
    package mutating func failed(_ rank: Rank, at now: Instant) {
        guard underWay.removeValue(forKey: rank) != nil else { return }
        if nextDialAt == nil || underWay.isEmpty { nextDialAt = now }
    }

    /// A candidate is full; it names others, and may have room later.
    package mutating func busy(_ rank: Rank, retryAfter milliseconds: UInt64, _ contacts: [Contact], at now: Instant) {
        guard let attempt = underWay.removeValue(forKey: rank) else { return }
        if attempt.candidate.redirects < ProtocolLimits.redirectsMax {
            for contact in contacts where seen.append(contact.rank).inserted {
                waiting.append(Candidate(contact, redirects: attempt.candidate.redirects + 1))
            }
        }
        if reason != .redirected {
            let pause = random.below(min(milliseconds, ProtocolLimits.searchPauseMilliseconds) + 1)
            later.append((attempt.candidate, now.advanced(byMilliseconds: max(1, pause))))
        }
        if nextDialAt == nil || underWay.isEmpty { nextDialAt = now }
    }

    /// Attempts that have gone on for too long are over; returns those, with links to be closed.
    package mutating func takeOverdue(at now: Instant) -> [(rank: Rank, link: LinkID?)] {
        let late = underWay.filter {
            now.milliseconds(since: $0.value.since) >= ProtocolLimits.attachPatienceMilliseconds
        }
        return late.map { rank, attempt in
            failed(rank, at: now)
            if case .attaching(let link) = attempt.step { return (rank, link) }
            return (rank, nil)
        }
    }

    /// Everybody has been tried, and nobody will have room soon.
    package var isExhausted: Bool {
        isActive && waiting.isEmpty && underWay.isEmpty && later.isEmpty
    }

    package var nextDeadline: Instant? {
        guard isActive else { return nil }
        var deadlines = later.map(\.at)
        if !waiting.isEmpty || underWay.isEmpty, let nextDialAt { deadlines.append(nextDialAt) }
        deadlines += underWay.values.map {
            $0.since.advanced(byMilliseconds: ProtocolLimits.attachPatienceMilliseconds)
        }
        return deadlines.min()
    }
}
