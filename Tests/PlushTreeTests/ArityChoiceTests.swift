import Testing

@testable import PlushTree

@Suite struct ArityChoiceTests {
    private static func costs(ratio: Int) -> LinkCosts {
        LinkCosts(latencyNanoseconds: UInt64(ratio) * 1_000, gapNanoseconds: 1_000)
    }

    @Test(arguments: [0, 1, 3, 5, 10, 25, 50, 100, 300, 1_000])
    func noOtherArityIsMuchFaster(ratio: Int) {
        let costs = Self.costs(ratio: ratio)
        for count in Array(1...300) + [1_000, 3_000] {
            let choice = ArityChoice(count: count, costs: costs)
            let best = (1...count).reduce(UInt64.max) { min($0, FanOut.kary(arity: $1, count: count, costs: costs)) }
            #expect(choice.completionNanoseconds == FanOut.completion(choice.shape, count: count, costs: costs))
            #expect(
                Double(choice.completionNanoseconds) <= 1.1 * Double(best) + 3_000,
                "\(choice.shape) for \(count): \(choice.completionNanoseconds), best \(best)")
        }
    }

    @Test func oneLevelIsTheStarAndItIsTakenWhereLatencyRules() {
        #expect(ArityChoice(count: 1_000, costs: Self.costs(ratio: 1_000)).shape == .flat)
        #expect(ArityChoice(count: 1, costs: .standard).shape == .flat)
        #expect(ArityChoice(count: 0, costs: .standard).shape == .flat)
    }

    @Test func theRootNeverGetsMoreLinksThanAShapeMayName() {
        let far = LinkCosts(latencyNanoseconds: 10_000_000_000, gapNanoseconds: 1)
        for count in [4_096, 4_097, 100_000, 1_000_000] {
            let layout = ArityChoice(count: count, costs: far).shape.layout(count: count)
            #expect(layout.children(of: 0).count <= TreeShape.fanoutMax && layout.depth == (count == 4_096 ? 1 : 2))
        }
    }

    @Test func theStandardCostsAskForAboutTheStandardShape() {
        let choice = ArityChoice(count: 4_368, costs: .standard)
        #expect(choice.shape == .standard)
        #expect((14...16).contains(choice.ideal), "\(choice.ideal)")
    }

    @Test func theReasonSaysWhatWasWeighed() {
        let costs = LinkCosts(latencyNanoseconds: 20_000_000, gapNanoseconds: 200_000)
        let reason = ArityChoice(count: 1_000, costs: costs).reason(
            latencySource: "measured on 8 hosts", gapSource: "assumed")
        #expect(
            reason
                == "kary:32: k(ln k - 1) = L/g with L 20ms (measured on 8 hosts) and g 200us (assumed) gives k = 37.9; of "
                + "1000 hosts a message reaches the last soonest at depth 2, with 32 links at the controller: in 52.4ms, in "
                + "a star in 220ms")
    }
}
