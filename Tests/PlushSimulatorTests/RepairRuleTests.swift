import PlushProtocol
import PlushSimulator
import Testing

/// With a repair rule switched off, the checker that guards it objects within two hundred lives: none of them is blind.
@Suite struct RepairRuleTests {
    static let guards: [(rule: RepairRule, checker: String)] = [
        (.adoptsWhenFresh, FreshAdopter.name), (.limitsDegree, Degree.name), (.repeatsFacts, Converge.name),
        (.asksForOutput, Converge.name), (.keepsOutput, Converge.name), (.countsSegments, StreamExact.name),
        (.replaysLog, Converge.name), (.demandsProof, Converge.name), (.endsWithLease, LeaseFence.name),
    ]

    @Test(arguments: guards.indices)
    func aRuleThatIsOffIsMissed(index: Int) {
        let (rule, checker) = Self.guards[index]
        let seed = (UInt64(0)..<200).first { seed in
            Episode.run(SwarmPlan(seed: seed, hosts: 5...24).without(rule)).violations.contains {
                $0.checker == checker
            }
        }
        #expect(seed != nil, "without \(rule) \(checker) has nothing to say")
    }
}
