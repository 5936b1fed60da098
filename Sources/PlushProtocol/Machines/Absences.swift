import PlushTree
import PlushWire

/// Ranks to which the root has no path at the moment, and how long it waits for them.
package struct Absences: Sendable {
    /// Ranks that went together.
    package struct Absence: Sendable {
        package var departure: SubtreeReport.Departure
        /// From the root to the node through which they were reached.
        package let path: [Rank]
        let since: Instant
        let until: Instant
        /// Whether anybody has been told: most are back before it is worth a word.
        var isTold = false
    }

    private var all: [Absence] = []
    package private(set) var ranks = RankSet()

    package init() {}

    package mutating func add(
        _ departure: SubtreeReport.Departure, path: [Rank], since: Instant, until: Instant
    ) {
        guard !departure.ranks.isEmpty else { return }
        all.append(Absence(departure: departure, path: path, since: since, until: until))
        ranks.formUnion(departure.ranks)
    }

    /// Ranks that are there again; returns those of whose absence somebody was told.
    @discardableResult
    package mutating func remove(_ returned: RankSet) -> RankSet {
        guard !returned.isDisjoint(with: ranks) else { return RankSet() }
        let told = all.reduce(into: RankSet()) { set, absence in
            if absence.isTold { set.formUnion(absence.departure.ranks.intersection(returned)) }
        }
        ranks.subtract(returned)
        all = all.compactMap { absence in
            let rest = absence.departure.ranks.subtracting(returned)
            guard !rest.isEmpty else { return nil }
            var fewer = absence
            fewer.departure = absence.departure.restricted(to: rest)
            return fewer
        }
        return told
    }

    /// Those who have been away for long enough that somebody should know.
    package mutating func takeUntold(at now: Instant) -> [Absence] {
        var told: [Absence] = []
        for index in all.indices where !all[index].isTold && now >= tellAt(all[index]) {
            all[index].isTold = true
            told.append(all[index])
        }
        return told
    }

    private func tellAt(_ absence: Absence) -> Instant {
        absence.since.advanced(byMilliseconds: ProtocolLimits.awayMilliseconds)
    }

    /// Those for whom nobody waits any longer.
    package mutating func takeDue(at now: Instant) -> [Absence] {
        let due = all.filter { $0.until <= now }
        guard !due.isEmpty else { return [] }
        all.removeAll { $0.until <= now }
        for absence in due { ranks.subtract(absence.departure.ranks) }
        return due
    }

    package var nextDeadline: Instant? {
        all.map { $0.isTold ? $0.until : min($0.until, tellAt($0)) }.min()
    }
}
