import PlushTree
import PlushWire
import Testing

@testable import PlushController

/// The exit code, the first that applies: 130, 1 (or the largest), 4, 3, 0.
@Suite struct LedgerExitCodeTests {
    private func summary(
        _ outcomes: [Outcome], forgiven: [UInt32] = [], isInterrupted: Bool = false
    ) -> Summary {
        var ledger = HostLedger(targets: RankSet(count: outcomes.count))
        for (index, outcome) in outcomes.enumerated() { ledger.record(outcome, Rank(UInt32(index))) }
        return ledger.summary(
            forgiven: RankSet(forgiven.map { Rank($0) }), isInterrupted: isInterrupted, seconds: 0)
    }

    @Test func eachKindHasItsCode() {
        #expect(summary([.ok, .ok]).exitCode() == 0)
        #expect(summary([.ok, Outcome(.failed, code: 5)]).exitCode() == 1)
        #expect(summary([.ok, Outcome(.timedOut)]).exitCode() == 4)
        #expect(summary([.ok, Outcome(.unreachable)]).exitCode() == 3)
        #expect(summary([.ok, Outcome(.lost)]).exitCode() == 3)
        #expect(summary([.ok, Outcome(.notStarted)]).exitCode() == 3)
    }

    @Test func theFirstThatAppliesCounts() {
        let all = [
            Outcome.ok, Outcome(.failed, code: 5), Outcome(.timedOut), Outcome(.unreachable), Outcome(.lost),
            Outcome(.notStarted),
        ]
        #expect(summary(all, isInterrupted: true).exitCode() == 130)
        #expect(summary(all).exitCode() == 1)
        #expect(summary(all.filter { $0.kind != .failed }).exitCode() == 4)
        #expect(summary(all.filter { ![.failed, .timedOut].contains($0.kind) }).exitCode() == 3)
    }

    @Test func theLargestCodeIsThatOfAShell() {
        let mixed = [Outcome(.failed, code: 5), Outcome(.failed, code: -9), Outcome(.failed, code: 30)]
        #expect(summary(mixed).exitCode(usesLargestCode: true) == 137)
        #expect(summary(Array(mixed.dropLast(2))).exitCode(usesLargestCode: true) == 5)
        #expect(summary([.ok]).exitCode(usesLargestCode: true) == 0)
        #expect(summary([.ok, Outcome(.timedOut)]).exitCode(usesLargestCode: true) == 4)
        #expect(Outcome(.failed, code: 0).shellCode == 1)
        #expect(Outcome(.failed, code: 300).shellCode == 255)
        #expect(Outcome(.failed, code: -200).shellCode == 255)
    }

    @Test func hostsGivenUpWithinMinHostsAreNoError() {
        let outcomes = [Outcome.ok, Outcome(.unreachable), Outcome(.lost)]
        #expect(summary(outcomes, forgiven: [1]).exitCode() == 3)
        #expect(summary(outcomes, forgiven: [1, 2]).exitCode() == 0)
        #expect(summary([Outcome(.failed, code: 1), Outcome(.unreachable)], forgiven: [1]).exitCode() == 1)
    }
}
