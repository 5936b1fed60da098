import PlushTree
import PlushWire

/// The account of a run: every host that was wanted has exactly one outcome.
public struct Summary: Sendable {
    /// Hosts that ended in the same way.
    public struct Bucket: Sendable, Hashable {
        /// How they ended.
        public let outcome: Outcome
        /// Which hosts.
        public var ranks: RankSet
    }

    /// Hosts that were wanted.
    public let targets: RankSet
    /// Their outcomes, in the order of ``Outcome/Kind``, then of the smallest rank.
    public let buckets: [Bucket]
    /// Hosts given up within `min_hosts`: a warning, not an error.
    public let forgiven: RankSet
    /// Whether the user interrupted the run.
    public let isInterrupted: Bool
    /// Hosts whose output was cut short because they were lost.
    public let truncated: RankSet
    /// What happened at barriers, in the order of the specification and of its configurations.
    public internal(set) var barriers: [Barrier] = []
    /// Hosts that a straggler command gave up: as decided, not an error.
    public internal(set) var dropped = RankSet()
    /// From the start to the account, in seconds.
    public let seconds: Double

    /// The number of hosts per kind; all six are there, and they add up to the number of targets.
    public var counts: [(kind: Outcome.Kind, count: Int)] {
        Outcome.Kind.allCases.map { kind in
            (kind, buckets.filter { $0.outcome.kind == kind }.reduce(0) { $0 + $1.ranks.count })
        }
    }

    /// The exit code of a command that did this run, the first that applies: 130 interrupted, 1 some command failed
    /// (`usesLargestCode`: the largest code instead), 4 a command's time was up, 3 hosts unreachable, lost or not
    /// started, 0.
    public func exitCode(usesLargestCode: Bool = false) -> Int32 {
        if isInterrupted { return 130 }
        let failed = buckets.filter { $0.outcome.kind == .failed }
        if !failed.isEmpty {
            return usesLargestCode ? failed.map(\.outcome.shellCode).max() ?? 1 : 1
        }
        if has(.timedOut) { return 4 }
        let missing = buckets.filter { [.unreachable, .lost, .notStarted].contains($0.outcome.kind) }
        return missing.contains { !$0.ranks.isSubset(of: forgiven.union(dropped)) } ? 3 : 0
    }

    private func has(_ kind: Outcome.Kind) -> Bool {
        buckets.contains { $0.outcome.kind == kind }
    }
}

extension Outcome {
    /// As a shell shows it: 128 and the signal's number for a command that a signal ended.
    public var shellCode: Int32 {
        code < 0 ? min(255, 128 - code) : min(255, max(code, 1))
    }
}
