import PlushTree
import PlushWire

/// One generation of a barrier as an agent knows it for its subtree: facts that only grow (P4).
struct RelayGeneration: Sendable {
    private(set) var entered = RankSet()
    /// Who may go through, where latecomers may not; nil: everybody.
    var admitted: RankSet?
    /// Entries that no report has carried yet, with their times by this node's clock, oldest first.
    private var fresh: [(at: Instant, ranks: RankSet)] = []
    /// Ranks that went through with a permit, and those of them that gave it back.
    private(set) var passed = RankSet()
    private(set) var finished = RankSet()
    private var reportedPassed = RankSet()
    private var reportedFinished = RankSet()

    /// Adds entries; returns those that were new.
    mutating func enter(_ ranks: RankSet, at time: Instant) -> RankSet {
        let new = ranks.subtracting(entered)
        guard !new.isEmpty else { return new }
        entered.formUnion(new)
        if let index = fresh.firstIndex(where: { $0.at == time }) {
            fresh[index].ranks.formUnion(new)
        } else {
            fresh.append((time, new))
        }
        return new
    }

    mutating func pass(_ ranks: RankSet) -> RankSet {
        let new = ranks.subtracting(passed)
        passed.formUnion(new)
        return new
    }

    mutating func finish(_ ranks: RankSet) {
        passed.formUnion(ranks)
        finished.formUnion(ranks)
    }

    /// Who has entered, may go through and has no permit yet.
    var waiting: RankSet {
        (admitted.map { entered.intersection($0) } ?? entered).subtracting(passed)
    }

    /// Who has a permit and keeps it.
    var holding: RankSet {
        passed.subtracting(finished)
    }

    var hasNewEntries: Bool {
        !fresh.isEmpty
    }

    /// When the oldest of them came.
    var newEntriesSince: Instant? {
        fresh.lazy.map(\.at).min()
    }

    var hasPermitNews: Bool {
        passed.count > reportedPassed.count || finished.count > reportedFinished.count
    }

    /// Takes the entries that no report has carried, merged by age.
    mutating func takeEntries(at now: Instant) -> [BarrierEntries.Arrivals] {
        var arrivals: [BarrierEntries.Arrivals] = []
        for item in fresh {
            let age = ArrivalHistogram.rounded(now.milliseconds(since: item.at))
            if let index = arrivals.firstIndex(where: { $0.ageMilliseconds == age }) {
                let union = arrivals[index].ranks.union(item.ranks)
                arrivals[index] = BarrierEntries.Arrivals(ageMilliseconds: age, ranks: union)
            } else {
                arrivals.append(BarrierEntries.Arrivals(ageMilliseconds: age, ranks: item.ranks))
            }
        }
        fresh = []
        return arrivals
    }

    mutating func takePermitNews() -> (passed: RankSet, finished: RankSet) {
        let news = (passed.subtracting(reportedPassed), finished.subtracting(reportedFinished))
        reportedPassed = passed
        reportedFinished = finished
        return news
    }

    /// A new parent knows nothing: all is news again.
    mutating func forgetReports(at now: Instant) {
        fresh = entered.isEmpty ? [] : [(now, entered)]
        reportedPassed = RankSet()
        reportedFinished = RankSet()
    }
}
