import Testing

@testable import PlushTree

/// The bound against its recursion, against the tree that meets it, and against every other shape.
@Suite struct TheoryPostalTests {
    private static let costs = [
        LinkCosts(latencyNanoseconds: 0, gapNanoseconds: 1), LinkCosts(latencyNanoseconds: 1, gapNanoseconds: 1),
        LinkCosts(latencyNanoseconds: 4, gapNanoseconds: 2), LinkCosts(latencyNanoseconds: 13, gapNanoseconds: 5),
        LinkCosts(latencyNanoseconds: 50, gapNanoseconds: 1),
    ]

    @Test(arguments: costs)
    func theSumIsTheRecursion(costs: LinkCosts) {
        let (latency, gap) = (Int(costs.latencyNanoseconds), Int(costs.gapNanoseconds))
        var informed: [Int] = []
        for time in 0..<400 {
            let value =
                time < gap + latency
                ? 1
                : informed[time - gap].addingReportingOverflow(informed[time - gap - latency])
                    .partialValue
            guard value > 0, value < 1 << 50 else { break }
            informed.append(value)
            #expect(PostalBound.informed(within: UInt64(time), costs: costs) == value, "at \(time)")
        }
        #expect(informed.count > 40)
    }

    @Test(arguments: costs + [.standard])
    func thePostalTreeMeetsTheBoundAndNoShapePassesBelowIt(costs: LinkCosts) {
        for count in 0...300 {
            let bound = PostalBound.earliest(count: count, costs: costs)
            let arrivals = FanOut.arrivals(TreeShape.postal(costs).layout(count: count), costs: costs)
            #expect(arrivals == arrivals.sorted(), "positions are in the order of arrival")
            #expect(arrivals.last == bound, "\(count) hosts")
            if count > 0 {
                #expect(PostalBound.informed(within: bound, costs: costs) > count)
                #expect(PostalBound.informed(within: bound - 1, costs: costs) <= count)
            }
            for shape in [TreeShape.flat, .chain, .binomial, .kary(fanout: 2), .kary(fanout: 7), .kary(fanout: 64)] {
                let times = FanOut.arrivals(shape.layout(count: count), costs: costs).sorted()
                #expect(zip(times, arrivals).allSatisfy { $0 >= $1 }, "\(shape) of \(count)")
            }
        }
    }

    @Test func aHundredThousandHostsMeetTheBound() {
        let arrivals = FanOut.arrivals(TreeShape.postal(.standard).layout(count: 100_000), costs: .standard)
        #expect(arrivals.last == PostalBound.earliest(count: 100_000, costs: .standard))
    }

    @Test func moreThanFitIsTheLargestNumber() {
        let instant = LinkCosts(latencyNanoseconds: 0, gapNanoseconds: 1)
        #expect(PostalBound.informed(within: 62, costs: instant) == 1 << 62)
        #expect(PostalBound.informed(within: 63, costs: instant) == .max)
        #expect(PostalBound.informed(within: .max, costs: instant) == .max)
        #expect(PostalBound.informed(within: .max, costs: .standard) == .max)
        #expect(PostalBound.informed(within: 0, costs: .standard) == 1)
    }

    @Test func launchesTakeWhatTheWorkedExampleSays() {
        let launch = LaunchTime(gapNanoseconds: 10_000_000, readyNanoseconds: 300_000_000)
        #expect(launch.star(count: 1_000) == 300_000_000 + 999 * 10_000_000)
        #expect(launch.kary(arity: 16, count: 1_000) == 1_210_000_000)
        #expect((970_000_000...985_000_000).contains(launch.optimum(count: 1_000)), "\(launch.optimum(count: 1_000))")
        #expect(launch.star(count: 1) == 300_000_000 && launch.optimum(count: 0) == 0)
        // A host that is ready at once still takes a connection of its own.
        #expect(LaunchTime(gapNanoseconds: 5, readyNanoseconds: 1).star(count: 3) == 15)
    }

    @Test(arguments: [(1_000, 800.0), (32, 25.7), (16, 12.9), (2, 1.70), (1, 1.80)])
    func filesTakeWhatTheTableSays(arity: Int, seconds: Double) {
        let file = FileBroadcast(bytes: 100e6, bytesPerSecond: 125e6, chunkSeconds: 0.2e-3)
        #expect(abs(file.seconds(arity: arity, count: 1_000) - seconds) < 0.006 * seconds)
        #expect(file.bound == 0.8)
    }

    @Test func theBestChunkIsBetterThanItsNeighbours() {
        let file = FileBroadcast(bytes: 10e6, bytesPerSecond: 125e6, chunkSeconds: 0.2e-3)
        for (arity, depth) in [(1, 100), (2, 9), (16, 3), (32, 2)] {
            let best = file.bestChunkBytes(arity: arity, depth: depth)
            let time = file.seconds(arity: arity, depth: depth, chunkBytes: best)
            for factor in [0.5, 0.9, 1.1, 2] {
                #expect(file.seconds(arity: arity, depth: depth, chunkBytes: best * factor) >= time)
            }
        }
        #expect(file.bestChunkBytes(arity: 9, depth: 1) == 10e6 && file.seconds(arity: 3, count: 0) == 0)
    }

    @Test func roundsAreThoseOfTheOnePortModel() {
        let file = FileBroadcast(bytes: 1_000, bytesPerSecond: 1, chunkSeconds: 0)
        // With one chunk the number of nodes that have it doubles: the root and 7 hosts take three rounds.
        #expect(file.rounds(chunkBytes: 1_000, count: 7) == 3)
        #expect(file.rounds(chunkBytes: 1_000, count: 8) == 4)
        #expect(file.rounds(chunkBytes: 100, count: 7) == 12)
        #expect(file.rounds(chunkBytes: 300, count: 1) == 4)
    }
}
