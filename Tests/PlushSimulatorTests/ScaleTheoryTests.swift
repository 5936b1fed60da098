import PlushSimulator
import PlushTree
import Testing

/// The real core under virtual time against the closed forms, to the nanosecond.
@Suite struct ScaleTheoryTests {
    /// L/g from nothing to that of a wide-area network.
    private static let costs: [(latency: UInt64, gap: UInt64, receive: UInt64)] = [
        (480_000, 20_000, 20_000), (0, 1, 0), (20_000_000, 50_000, 0), (3, 7, 0),
    ]

    private static func model(_ costs: (latency: UInt64, gap: UInt64, receive: UInt64)) -> ScaleModel {
        var model = ScaleModel()
        model.latencyNanoseconds = costs.latency
        model.gapNanoseconds = costs.gap
        model.receiveNanoseconds = costs.receive
        model.startNanoseconds = 0
        model.connectNanoseconds = 1_000_000
        return model
    }

    private func check(_ shape: TreeShape, _ count: Int, _ model: ScaleModel) -> ScaleRow {
        let row = ScaleRun.measure(shape, hosts: count, model: model)
        #expect(row.problems == [], "\(shape), \(count) hosts")
        #expect(row.differences == [], "\(shape), \(count) hosts")
        #expect(row.isExact)
        return row
    }

    @Test(arguments: [1, 2, 7, 40, 150])
    func starFanOutIsTheClosedForm(count: Int) {
        for costs in Self.costs {
            let row = check(.flat, count, Self.model(costs))
            // L + N*g, written out.
            #expect(row.command.fanOut == costs.latency + costs.receive + UInt64(count) * costs.gap)
        }
    }

    @Test(arguments: [2, 3, 8, 16])
    func karyFanOutIsTheClosedForm(arity: Int) {
        for costs in Self.costs {
            for count in [1, arity, arity + 1, 100, 150] {
                let row = check(.kary(fanout: arity), count, Self.model(costs))
                #expect(row.command.fanOut >= PostalBound.earliest(count: count, costs: Self.model(costs).costs))
            }
        }
    }

    /// Full levels: D*(k*g + L), as the page of closed forms has it.
    @Test(arguments: [(2, 6), (3, 4), (5, 3), (12, 2)])
    func aFullTreeTakesItsDepthTimesAHop(arity: Int, depth: Int) {
        let count = TreeSize.nodes(arity: arity, depth: depth) - 1
        let costs = Self.costs[0]
        let row = check(.kary(fanout: arity), count, Self.model(costs))
        let hop = UInt64(arity) * costs.gap + costs.latency + costs.receive
        #expect(row.command.fanOut == UInt64(depth) * hop)
        #expect(row.barrier.release == UInt64(depth) * (costs.gap + costs.latency + costs.receive + hop))
        #expect(row.barrier.messages == 2 * count && row.barrier.rootMessages == 2 * arity)
    }

    @Test(arguments: [1, 10, 120])
    func otherShapesAreTheirRecursionAndThePostalTreeIsTheBound(count: Int) {
        for costs in Self.costs {
            let model = Self.model(costs)
            _ = check(.binomial, count, model)
            let row = check(.postal(model.costs), count, model)
            #expect(row.command.fanOut == PostalBound.earliest(count: count, costs: model.costs))
        }
        _ = check(.chain, min(count, 20), Self.model(Self.costs[0]))
    }

    /// Without a receiver's queue a wave of answers is the recursion's, and with one it is never earlier.
    @Test(arguments: [TreeShape.flat, .kary(fanout: 3), .kary(fanout: 16), .binomial])
    func theRoundTripIsFanOutWorkAndFanIn(shape: TreeShape) {
        let layout = shape.layout(count: 130)
        var model = Self.model((480_000, 20_000, 0))
        model.processMilliseconds = 3
        let expected = FanIn.roundTrip(layout, costs: model.costs, workNanoseconds: 3_000_000)
        #expect(check(shape, 130, model).command.roundTrip == expected)
        model.receiveNanoseconds = 20_000
        #expect(check(shape, 130, model).command.roundTrip >= expected)
    }

    /// A strict barrier that nobody watches, and a middle size.
    @Test(arguments: [TreeShape.flat, .kary(fanout: 2), .kary(fanout: 16), .postal(.standard)])
    func aStrictBarrierIsTwoMessagesAHost(shape: TreeShape) {
        let row = check(shape, 1_000, Self.model(Self.costs[0]))
        #expect(row.barrier.messages == 2_000)
        #expect(row.barrier.rootMessages == 2 * row.rootChildren)
        #expect(row.command.rootMessages == 2 * row.rootChildren, "a command down and merged outcomes up")
    }

    /// What the closed forms leave out makes it later, never earlier.
    @Test func jitterBandwidthAndUpkeepNeverPassBelowTheBound() {
        for change in 0..<3 {
            var model = Self.model(Self.costs[0])
            if change == 0 { model.jitterNanoseconds = 300_000 }
            if change == 1 { model.bytesPerSecond = 1_000_000 }
            if change == 2 { model.hasUpkeep = true }
            let row = ScaleRun.measure(.kary(fanout: 4), hosts: 100, model: model)
            #expect(!row.isExact && row.problems == [] && row.differences == [])
            #expect(row.command.fanOut >= row.theory.bound)
            if change < 2 { #expect(row.command.fanOut > row.theory.fanOut) }
        }
    }

    @Test func aDifferenceIsNamed() {
        var row = check(.kary(fanout: 2), 10, Self.model(Self.costs[0]))
        row.command.fanOut -= 1
        row.barrier.release += 1
        row.barrier.messages += 1
        row.barrier.rootMessages += 1
        #expect(row.differences.count == 4)
        row.command.fanOut = row.theory.bound - 1
        #expect(row.differences.contains { $0.contains("postal bound") })
    }
}
