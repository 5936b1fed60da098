import Testing

@testable import PlushTree

/// The closed forms of small messages against trees that are walked, and against figures worked out by hand.
@Suite struct TheoryFanOutTests {
    private static let costs = [
        LinkCosts(latencyNanoseconds: 0, gapNanoseconds: 1), LinkCosts(latencyNanoseconds: 1, gapNanoseconds: 1),
        LinkCosts(latencyNanoseconds: 13, gapNanoseconds: 5), LinkCosts(latencyNanoseconds: 1_000, gapNanoseconds: 3),
        .standard,
    ]

    @Test(arguments: costs)
    func aKaryFanOutIsWhatWalkingTheTreeGives(costs: LinkCosts) {
        for arity in [1, 2, 3, 4, 5, 8, 16, 33, 300] {
            for count in 0...300 {
                let layout = TreeShape.kary(fanout: arity).layout(count: count)
                let times = FanOut.arrivals(layout, costs: costs)
                #expect((0...count).map { FanOut.kary(arity: arity, position: $0, costs: costs) } == times)
                #expect(
                    FanOut.kary(arity: arity, count: count, costs: costs) == times.max(), "\(count) in \(arity)-ary")
            }
        }
    }

    @Test func aFullTreeTakesOneLevelAfterTheOther() {
        let costs = LinkCosts(latencyNanoseconds: 70, gapNanoseconds: 3)
        for (arity, depth) in [(2, 5), (3, 4), (16, 3)] {
            let count = TreeSize.nodes(arity: arity, depth: depth) - 1
            #expect(FanOut.kary(arity: arity, count: count, costs: costs) == UInt64(depth * (arity * 3 + 70)))
        }
    }

    @Test(arguments: costs)
    func theStarAndTheChainAreTheEndsOfTheKaryForms(costs: LinkCosts) {
        for count in 0...100 {
            let star = FanOut.star(count: count, costs: costs)
            #expect(star == FanOut.kary(arity: max(1, count), count: count, costs: costs))
            #expect(star == FanOut.arrivals(TreeShape.flat.layout(count: count), costs: costs).max())
            let chain = UInt64(count) * (costs.latencyNanoseconds + costs.gapNanoseconds)
            #expect(chain == FanOut.completion(.chain, count: count, costs: costs))
        }
    }

    @Test(arguments: costs)
    func theCompletionOfEveryShapeIsThatOfItsTree(costs: LinkCosts) {
        let other = LinkCosts(latencyNanoseconds: 50, gapNanoseconds: 2)
        for shape in [TreeShape.kary(fanout: 3), .flat, .chain, .binomial, .postal(costs), .postal(other)] {
            for count in Array(0...40) + [300] {
                let walked = FanOut.arrivals(shape.layout(count: count), costs: costs).max()
                #expect(FanOut.completion(shape, count: count, costs: costs) == walked, "\(shape), \(count)")
            }
        }
    }

    @Test func completeTreesHoldWhatTheirLevelsAddUpTo() {
        #expect(TreeSize.nodes(arity: 16, depth: 3) == 4_369)
        #expect(TreeSize.nodes(arity: 2, depth: 9) == 1_023)
        #expect(TreeSize.nodes(arity: 1, depth: 7) == 8)
        #expect(TreeSize.nodes(arity: 5, depth: 0) == 1)
        #expect(TreeSize.nodes(arity: 4_096, depth: 9) == .max)
        for arity in [1, 2, 3, 8, 16] {
            for depth in 1...3 {
                let full = TreeSize.nodes(arity: arity, depth: depth) - 1
                #expect(TreeShape.kary(fanout: arity).layout(count: full).depth == depth)
                #expect(TreeShape.kary(fanout: arity).layout(count: full + 1).depth == depth + 1)
            }
        }
    }

    @Test(arguments: [
        (1.0, 4), (5, 6), (10, 9), (20, 13), (50, 23), (100, 38), (200, 63), (500, 129), (1_000, 226),
    ])
    func theIdealArityIsThatOfTheTable(ratio: Double, arity: Int) {
        let solution = IdealArity.solution(latencyToGap: ratio)
        #expect(abs(solution - Double(arity)) <= 0.55, "\(solution)")
        #expect(abs(solution * (Logarithm.natural(solution) - 1) - ratio) < 1e-9 * max(1, ratio))
    }

    @Test func withoutLatencyTheIdealArityIsEulersNumber() {
        #expect(abs(IdealArity.solution(latencyToGap: 0) - 2.718_281_828_459_045) < 1e-12)
    }

    @Test func logarithmsAreThoseOfTheTables() {
        // To 16 digits, Abramowitz and Stegun table 4.2.
        let known = [
            (1.0, 0.0), (2, 0.693_147_180_559_945_3), (3, 1.098_612_288_668_109_8), (10, 2.302_585_092_994_045_7),
            (0.5, -0.693_147_180_559_945_3), (1_000, 6.907_755_278_982_137), (1.5, 0.405_465_108_108_164_4),
        ]
        for (x, logarithm) in known { #expect(abs(Logarithm.natural(x) - logarithm) <= 4e-16 * max(1, abs(logarithm))) }
        for step in 1..<2_000 {
            let (x, y) = (Double(step) / 97, Double(2_000 - step) / 13)
            let sum = Logarithm.natural(x) + Logarithm.natural(y)
            #expect(abs(Logarithm.natural(x * y) - sum) < 1e-14 * max(1, abs(sum)) + 2e-15)
        }
    }

    @Test func theRootHearsItsChildrenAloneHoweverManyHostsThereAre() {
        for count in [16, 1_000, 100_000] {
            #expect(FanIn.rootMessages(TreeShape.standard.layout(count: count)) == 16)
            #expect(FanIn.rootMessages(TreeShape.flat.layout(count: count)) == count)
            #expect(BarrierTime.rootMessages(TreeShape.standard.layout(count: count)) == 32)
        }
        #expect(BarrierTime.messages(count: 1_000) == 2_000)
    }

    @Test func aRoundTripIsTheWayDownTheWorkAndTheWayUp() {
        let costs = LinkCosts(latencyNanoseconds: 100, gapNanoseconds: 10)
        let star = FanIn.roundTrip(TreeShape.flat.layout(count: 5), costs: costs, workNanoseconds: 7)
        #expect(star == 150 + 7 + 110)
        let chain = FanIn.roundTrip(TreeShape.chain.layout(count: 3), costs: costs, workNanoseconds: 7)
        #expect(chain == 3 * 110 + 7 + 3 * 110)
        // Of seven hosts in twos the last is 2, 2, 2: reached at 3 * 120; no other way is longer.
        let full = FanIn.roundTrip(TreeShape.kary(fanout: 2).layout(count: 14), costs: costs, workNanoseconds: 0)
        #expect(full == 3 * 120 + 3 * 110)
        #expect(FanIn.roundTrip(TreeShape.flat.layout(count: 0), costs: costs, workNanoseconds: 7) == 0)
    }

    @Test func aStrictBarrierClimbsOnePathAndFansOut() {
        let costs = LinkCosts(latencyNanoseconds: 100, gapNanoseconds: 10)
        let time = BarrierTime.strict(.kary(fanout: 2), count: 14, lastEntryDepth: 3, costs: costs)
        #expect(time == 3 * 110 + 3 * 120)
        #expect(BarrierTime.strict(.flat, count: 9, lastEntryDepth: 1, costs: costs) == 110 + 190)
    }
}
