import NIOCore
import PlushSimulator
import PlushTree
import PlushWire
import Testing

@testable import PlushProtocol

@Suite struct TreeBuildingTests {
    @Test(arguments: [
        TreeShape.kary(fanout: 1), .kary(fanout: 2), .kary(fanout: 3), .kary(fanout: 16), .flat, .chain, .binomial,
        .postal(LinkCosts(latencyNanoseconds: 700, gapNanoseconds: 200)),
    ])
    func everyHostGetsTheParentThatTheShapeNames(shape: TreeShape) {
        for count in 1...40 {
            let world = World.built(WorldPlan(count, shape))
            let layout = shape.layout(count: count)
            for rank in 0..<count {
                let position = layout.parent(of: rank + 1)!
                let expected = position == 0 ? Rank.controller : Rank(UInt32(position - 1))
                #expect(world.parentInTree(of: UInt32(rank)) == expected, "rank \(rank) of \(count) in \(shape)")
            }
            #expect(world.controller.joined == world.everyone)
            #expect(world.notices.contains(.launched(joined: world.everyone, failed: RankSet())))
            let probe = world.probe()
            #expect(world.outcomes(of: probe) == [.ok: count])
            #expect(world.faults.isEmpty)
        }
    }

    /// Children come before their parents in the host list, and nearly all wait for one that is last.
    @Test func anExplicitTreeIsBuiltAsItIsWrittenWhateverTheOrderOfTheHosts() throws {
        let names = (0..<40).map { "n\($0)" }
        let text = "n39: n[20-30]\nn20: n[0-9]\nn9: n[10-19]\ncontroller: n[38-39]\nn38: n[31-37]"
        let tree = try ExplicitTree(text, names: names)
        let layout = TreeShape.explicit(tree).layout(count: 40)
        var plan = WorldPlan(40, .explicit(tree))
        plan.window = 2
        let world = World.built(plan)
        for host in 0..<40 {
            let parent = layout.host(at: layout.parent(of: layout.position(ofHost: host)!)!)
            let expected = parent.map { Rank(UInt32($0)) } ?? .controller
            #expect(world.parentInTree(of: UInt32(host)) == expected, "rank \(host)")
        }
        #expect(world.outcomes(of: world.probe()) == [.ok: 40])
        #expect(world.faults.isEmpty)
    }

    /// Spares are in the tree file too, but are not launched unless they are needed.
    @Test func hostsBelowOneThatIsNotLaunchedGoElsewhere() throws {
        let tree = try ExplicitTree(
            "controller: n2\nn2: n[0-1,3]\nn3: n[4-5]", names: (0..<6).map { "n\($0)" })
        let world = World(WorldPlan(6, .explicit(tree)))
        let launched = RankSet([0, 1, 2, 4, 5].map { Rank($0) })
        world.launch(launched)
        #expect(world.controller.joined == launched)
        #expect(world.parentInTree(of: 2) == .controller && world.parentInTree(of: 0) == Rank(2))
        world.launch(RankSet(Rank(3)))
        #expect(world.parentInTree(of: 3) == Rank(2))
        #expect(world.outcomes(of: world.probe()) == [.ok: 6])
        #expect(world.faults.isEmpty)
    }

    @Test func aHostThatCannotStartIsUnreachableAndItsChildrenGoElsewhere() {
        var plan = WorldPlan(15)
        plan.starts[0] = .fails("no such file")
        let world = World.built(plan)
        #expect(world.controller.joined == world.everyone.subtracting(RankSet(Rank(0))))
        #expect(world.notices.contains(.unreachable(Rank(0), "no such file")))
        #expect(world.parentInTree(of: 2) == .controller)
        let probe = world.probe()
        #expect(world.outcomes(of: probe) == [.ok: 14, .unreachable: 1])
        #expect(world.faults.isEmpty)
    }

    @Test(arguments: [StartScript.neverAnswers, .neverAttaches, .fails("broken")])
    func theTreeStaysWithinTwiceTheFanoutWhicheverHostsFail(start: StartScript) {
        for failing in [[0], [0, 1], [0, 1, 2, 3, 4, 5], [1, 3, 5, 7, 9, 11], [2, 4, 13]] {
            for shape in [TreeShape.kary(fanout: 2), .kary(fanout: 3), .chain] {
                var plan = WorldPlan(31, shape)
                for rank in failing { plan.starts[UInt32(rank)] = start }
                let world = World.built(plan)
                let failed = RankSet(failing.map { Rank(UInt32($0)) })
                #expect(world.controller.joined == world.everyone.subtracting(failed), "\(failing) \(shape)")
                #expect(world.outcomes(of: world.probe()) == [.ok: 31 - failing.count, .unreachable: failing.count])
                #expect(world.faults.isEmpty)
            }
        }
    }

    @Test func aHostThatDoesNotAnswerInTimeIsNamedWithTheStepItHangsIn() {
        var plan = WorldPlan(3, .flat)
        plan.starts[0] = .neverAnswers
        plan.starts[1] = .neverAttaches
        let world = World.built(plan)
        let reasons = world.notices.compactMap { notice -> String? in
            if case .unreachable(let rank, let reason) = notice { "\(rank): \(reason)" } else { nil }
        }
        #expect(
            reasons.sorted() == [
                "0: the agent did not answer within 5 s",
                "1: the agent did not attach to the controller within 5 s",
            ])
        #expect(world.outcomes(of: world.probe()) == [.ok: 1, .unreachable: 2])
    }

    @Test func sparesAreLaunchedLaterAndTakePart() {
        var plan = WorldPlan(20)
        plan.starts[3] = .fails("no disk")
        let world = World(plan)
        world.launch(RankSet(count: 10))
        #expect(world.controller.joined.count == 9)
        world.launch(RankSet(ranges: [RankSet.Range(10, 19)]))
        #expect(world.controller.joined.count == 19)
        #expect(world.outcomes(of: world.probe()) == [.ok: 19, .unreachable: 1])
        #expect(world.faults.isEmpty)
    }

    @Test func launchingNobodyIsSettledAtOnce() {
        let world = World.built(WorldPlan(2))
        let before = world.notices.count
        world.launch(RankSet())
        #expect(world.notices.count == before + 1)
        #expect(world.notices.last == .launched(joined: world.everyone, failed: RankSet()))
    }

    @Test func aWideRelayTakesAllItsChildrenAtOnce() {
        var plan = WorldPlan(300, .kary(fanout: 100))
        plan.window = 300
        let world = World.built(plan)
        #expect(world.controller.joined.count == 300)
        #expect(world.faults.isEmpty)
    }

    @Test func aRelayThatDiesDuringTheLaunchIsGivenNoMoreChildren() {
        var plan = WorldPlan(7)
        for rank in 2..<7 { plan.starts[UInt32(rank)] = .answers(afterMilliseconds: 500) }
        let world = World(plan)
        world.command { controller, now, actions in controller.launch(RankSet(count: 7), at: now, into: &actions) }
        #expect(world.run(atMostMilliseconds: 400) { world.controller.joined.count == 2 })
        world.kill(Rank(0))
        #expect(world.run(atMostMilliseconds: 10_000) { world.controller.launch.isSettled })
        #expect(world.controller.launch.failed.isEmpty)
        world.run(atMostMilliseconds: 100)
        #expect(world.outcomes(of: world.probe()) == [.ok: 6, .lost: 1])
        #expect(world.faults.isEmpty)
    }
}
