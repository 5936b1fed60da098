import PlushTree
import PlushWire

/// The facts of one operation, merged by union of rank sets (P4): which ranks started, and how which ended.
///
/// A rank's first terminal outcome stays; a later one for it is ignored, so a child that is seen through two parents
/// counts once. What has been taken for a report is not reported again.
package struct Rollup: Sendable {
    package private(set) var started = RankSet()
    package private(set) var terminal = RankSet()
    package private(set) var buckets: [OutcomeBucket] = []
    private var reportedStarted = RankSet()
    private var reportedTerminal = RankSet()

    package init() {}

    package mutating func start(_ ranks: RankSet) {
        started.formUnion(ranks)
    }

    /// Adds outcomes; returns the ranks that were new.
    @discardableResult
    package mutating func end(_ bucket: OutcomeBucket) -> RankSet {
        let fresh = bucket.ranks.subtracting(terminal)
        guard !fresh.isEmpty else { return fresh }
        terminal.formUnion(fresh)
        let isSame = { (other: OutcomeBucket) in other.outcome == bucket.outcome && other.streams == bucket.streams }
        if let index = buckets.firstIndex(where: isSame) {
            buckets[index].ranks.formUnion(fresh)
            buckets[index].mac = buckets[index].mac ^ bucket.mac
        } else {
            var added = bucket
            added.ranks = fresh
            buckets.append(added)
        }
        return fresh
    }

    /// Whether there is anything that no report has carried yet.
    package var hasNews: Bool {
        terminal.count > reportedTerminal.count || started.count > reportedStarted.count
    }

    /// What is new since the last report, or nil.
    package mutating func takeReport(for operation: OperationID) -> ResultReport? {
        guard hasNews else { return nil }
        let news = buckets.compactMap { bucket -> OutcomeBucket? in
            let ranks = bucket.ranks.subtracting(reportedTerminal)
            guard !ranks.isEmpty else { return nil }
            return OutcomeBucket(outcome: bucket.outcome, streams: bucket.streams, ranks: ranks, mac: bucket.mac)
        }
        let startedNews = started.subtracting(reportedStarted).subtracting(terminal)
        reportedStarted = started
        reportedTerminal = terminal
        return ResultReport(operation: operation, started: startedNews, buckets: news)
    }

    /// Whoever is told now has not been told anything: the next report holds all that is known.
    package mutating func forgetReports() {
        reportedStarted = RankSet()
        reportedTerminal = RankSet()
    }

    /// What was told of these ranks may not have been believed, because they were not below this node: it is told again.
    package mutating func forgetReports(of ranks: RankSet) {
        reportedStarted.subtract(ranks)
        reportedTerminal.subtract(ranks)
    }

    /// Ranks whose end said that `stream` has output.
    package func ranksWithOutput(on stream: OutputSegment.Stream) -> RankSet {
        buckets.reduce(into: RankSet()) { set, bucket in
            if bucket.streams.contains(stream) { set.formUnion(bucket.ranks) }
        }
    }
}
