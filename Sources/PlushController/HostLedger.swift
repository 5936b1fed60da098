import PlushTree
import PlushWire

/// One outcome per wanted host, gathered over all that was done with it: the first that is not `ok` stays.
struct HostLedger: Sendable {
    private var outcomes: [Rank: Outcome] = [:]
    private(set) var truncated = RankSet()
    /// What happened at barriers.
    var barriers: [Summary.Barrier] = []
    /// Hosts that straggler commands gave up.
    var dropped = RankSet()
    private(set) var targets: RankSet

    init(targets: RankSet) {
        self.targets = targets
    }

    /// Takes a host out of the account, because a spare has taken its place.
    mutating func replace(_ rank: Rank, by spare: Rank) {
        targets.remove(rank)
        outcomes[rank] = nil
        targets.insert(spare)
    }

    mutating func record(_ buckets: [OutcomeBucket], truncated: RankSet = RankSet()) {
        self.truncated.formUnion(truncated)
        for bucket in buckets {
            for rank in bucket.ranks { record(bucket.outcome, rank) }
        }
    }

    mutating func record(_ outcome: Outcome, _ rank: Rank) {
        if let earlier = outcomes[rank], earlier.kind != .ok { return }
        outcomes[rank] = outcome
    }

    /// Hosts that should be there and are not: those that once joined are lost, the others were never reached.
    mutating func recordAbsent(_ ranks: RankSet, reached: RankSet) {
        for rank in ranks { record(Outcome(reached.contains(rank) ? .lost : .unreachable), rank) }
    }

    /// Hosts that cannot be used any more. One where a command failed is still a host.
    var unfit: RankSet {
        RankSet(outcomes.filter { [.unreachable, .lost].contains($0.value.kind) }.map(\.key))
    }

    /// Hosts of which nothing is recorded get `outcome`.
    mutating func close(_ outcome: Outcome) {
        for rank in targets where outcomes[rank] == nil { outcomes[rank] = outcome }
    }

    func summary(forgiven: RankSet, isInterrupted: Bool, seconds: Double) -> Summary {
        var ranksByOutcome: [Outcome: [Rank]] = [:]
        for rank in targets { ranksByOutcome[outcomes[rank] ?? Outcome(.notStarted), default: []].append(rank) }
        let buckets = ranksByOutcome.map { Summary.Bucket(outcome: $0.key, ranks: RankSet($0.value)) }
            .sorted { left, right in
                (left.outcome.kind.rawValue, left.ranks.first?.value ?? 0)
                    < (right.outcome.kind.rawValue, right.ranks.first?.value ?? 0)
            }
        return Summary(
            targets: targets, buckets: buckets, forgiven: forgiven.intersection(targets),
            isInterrupted: isInterrupted, truncated: truncated.intersection(targets), barriers: barriers,
            dropped: dropped.intersection(targets), seconds: seconds)
    }
}
