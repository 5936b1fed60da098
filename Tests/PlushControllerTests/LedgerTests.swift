import PlushTree
import PlushWire
import Testing

@testable import PlushController

/// One outcome per wanted host.
@Suite struct LedgerTests {
    private func ranks(_ values: UInt32...) -> RankSet {
        RankSet(values.map { Rank($0) })
    }

    private func counts(_ summary: Summary) -> [Int] {
        summary.counts.map(\.count)
    }

    private func summary(_ ledger: HostLedger, forgiven: RankSet = RankSet(), isInterrupted: Bool = false) -> Summary {
        ledger.summary(forgiven: forgiven, isInterrupted: isInterrupted, seconds: 1)
    }

    @Test func whatIsNotRecordedIsNotStarted() {
        let summary = summary(HostLedger(targets: RankSet(count: 4)))
        #expect(counts(summary) == [0, 0, 0, 0, 0, 4])
        #expect(summary.buckets.map(\.ranks) == [RankSet(count: 4)])
    }

    @Test func absentHostsThatHadJoinedAreLostAndTheOthersUnreachable() {
        var ledger = HostLedger(targets: RankSet(count: 4))
        ledger.recordAbsent(ranks(1, 3), reached: ranks(0, 3))
        #expect(counts(summary(ledger)) == [0, 0, 0, 1, 1, 2])
        #expect(summary(ledger).buckets.first { $0.outcome.kind == .lost }?.ranks == ranks(3))
        #expect(ledger.unfit == ranks(1, 3))
    }

    @Test func theFirstOutcomeThatIsNotOkStays() {
        var ledger = HostLedger(targets: RankSet(count: 2))
        ledger.record(.ok, Rank(0))
        ledger.record(Outcome(.failed, code: 3), Rank(0))
        ledger.record(Outcome(.lost), Rank(0))
        ledger.record(.ok, Rank(0))
        ledger.record(.ok, Rank(1))
        let summary = summary(ledger)
        #expect(counts(summary) == [1, 1, 0, 0, 0, 0])
        #expect(summary.buckets.last == Summary.Bucket(outcome: Outcome(.failed, code: 3), ranks: ranks(0)))
        // A failed command's host can still be used.
        #expect(ledger.unfit.isEmpty)
    }

    @Test func lostAndUnreachableHostsAreUnfit() {
        var ledger = HostLedger(targets: RankSet(count: 4))
        ledger.record(Outcome(.lost), Rank(1))
        ledger.record(Outcome(.unreachable), Rank(2))
        ledger.record(Outcome(.timedOut), Rank(3))
        #expect(ledger.unfit == ranks(1, 2))
    }

    @Test func aSpareTakesTheAccountOver() {
        var ledger = HostLedger(targets: RankSet(count: 3))
        ledger.record(Outcome(.unreachable), Rank(1))
        ledger.replace(Rank(1), by: Rank(7))
        ledger.record(.ok, Rank(7))
        #expect(ledger.targets == ranks(0, 2, 7))
        #expect(counts(summary(ledger)) == [1, 0, 0, 0, 0, 2])
        // What is recorded of it later is not counted.
        ledger.record(Outcome(.lost), Rank(1))
        #expect(counts(summary(ledger)) == [1, 0, 0, 0, 0, 2])
    }

    @Test func closingGivesTheRestOneOutcome() {
        var ledger = HostLedger(targets: RankSet(count: 3))
        ledger.record(.ok, Rank(1))
        ledger.close(Outcome(.notStarted, detail: "interrupted"))
        let summary = summary(ledger, isInterrupted: true)
        #expect(counts(summary) == [1, 0, 0, 0, 0, 2])
        #expect(summary.buckets.last?.outcome.detail == "interrupted")
        #expect(summary.exitCode() == 130)
    }

    @Test func bucketsOfManyOperationsAddUpToTheTargets() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let count = Int.random(in: 1...40, using: &generator)
            var ledger = HostLedger(targets: RankSet(count: count))
            for _ in 0..<Int.random(in: 0...10, using: &generator) {
                let kind = Outcome.Kind.allCases.randomElement(using: &generator) ?? .ok
                let some = RankSet((0..<UInt32(count)).filter { _ in Bool.random(using: &generator) }.map { Rank($0) })
                ledger.record([OutcomeBucket(outcome: Outcome(kind), ranks: some)], truncated: some)
            }
            let summary = summary(ledger)
            #expect(counts(summary).reduce(0, +) == count)
            let union = summary.buckets.reduce(into: RankSet()) { $0.formUnion($1.ranks) }
            #expect(union == summary.targets)
            #expect(summary.truncated.isSubset(of: summary.targets))
        }
    }
}
