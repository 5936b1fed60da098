import PlushSimulator
import Testing

/// Lives drawn from seeds, under all checkers.
@Suite struct SwarmTests {
    @Test(arguments: 0..<20)
    func nobodyObjectsInTwoHundredLives(block: Int) {
        for seed in UInt64(block * 10)..<UInt64(block * 10 + 10) {
            let verdict = Episode.run(SwarmPlan(seed: seed, hosts: 5...24))
            #expect(
                verdict.violations.isEmpty,
                "seed \(seed); run it again: plush-sim --hosts 5-24 --seed \(seed) --trace\n\(verdict.violations.prefix(5))"
            )
        }
    }

    @Test func theSameSeedGivesTheSameTraceAndAnotherDoesNot() {
        let hashes = (UInt64(1)...6).map { Episode.run(SwarmPlan(seed: $0, hosts: 5...20)).traceHash }
        #expect(hashes == (UInt64(1)...6).map { Episode.run(SwarmPlan(seed: $0, hosts: 5...20)).traceHash })
        #expect(Set(hashes).count == hashes.count)
    }

    /// `SkewBlind`: what the agents' clocks show changes nothing.
    @Test(arguments: UInt64(1)...8)
    func shiftedClocksGiveTheSameTrace(seed: UInt64) {
        let plan = SwarmPlan(seed: seed, hosts: 5...20)
        let shifted = plan.skewed(byNanoseconds: 7 * 3_600_000_000_000)
        #expect(Episode.run(plan).traceHash == Episode.run(shifted).traceHash)
    }
}
