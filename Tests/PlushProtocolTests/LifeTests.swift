import NIOCore
import OrderedCollections
import PlushSimulator
import PlushTree
import PlushWire
import Testing

@testable import PlushProtocol

/// The end of an overlay: on purpose, and without its controller.
@Suite struct LifeTests {
    @Test(arguments: [TreeShape.kary(fanout: 2), .kary(fanout: 5), .flat, .chain])
    func dissolvingEndsEveryNodeLeavesBeforeRelays(shape: TreeShape) {
        let world = World.built(WorldPlan(15, shape))
        world.script = { _, _ in .running(milliseconds: 600_000) }
        world.runCommand()
        world.run(atMostMilliseconds: 100)
        world.dissolve()
        #expect(world.run(atMostMilliseconds: 3_000) { world.notices.contains(.dissolved) })
        world.run(atMostMilliseconds: 100)
        #expect(world.hosts.allSatisfy { $0.life == .ended("dissolved") })
        #expect(world.runningProcesses == 0)
        for host in world.hosts {
            guard let parent = world.parentInTree(of: host.rank.value), parent != .controller else { continue }
            #expect(host.endedAt! <= world.host(parent).endedAt!, "\(host.rank) before \(parent)")
        }
        #expect(world.faults.isEmpty)
    }

    @Test func aNodeThatDoesNotAnswerHoldsUpTheEndOnlyForAWhile() {
        let world = World.built(WorldPlan(7))
        world.freeze(Rank(5))
        world.dissolve()
        #expect(world.run(atMostMilliseconds: 12_000) { world.notices.contains(.dissolved) })
        world.run(atMostMilliseconds: 6_000)
        #expect(world.hosts.filter { !$0.isGone }.map(\.rank) == [Rank(5)])
        world.thaw(Rank(5))
        world.run(atMostMilliseconds: 40_000)
        #expect(world.hosts.allSatisfy { $0.isGone })
    }

    @Test(arguments: [TreeShape.kary(fanout: 2), .chain])
    func withoutTheControllerEveryNodeEndsWithTheLease(shape: TreeShape) {
        for isFrozen in [true, false] {
            let world = World.built(WorldPlan(30, shape))
            world.script = { _, _ in .running(milliseconds: 900_000) }
            world.runCommand()
            world.run(atMostMilliseconds: 10_000)
            if isFrozen { world.freezeController() } else { world.killController() }
            let limit = world.plan.leaseMilliseconds + 2 * world.plan.heartbeatMilliseconds
            world.run(atMostMilliseconds: limit)
            #expect(world.hosts.allSatisfy { $0.isGone }, "\(shape)")
            #expect(world.runningProcesses == 0)
            #expect(world.faults.isEmpty)
        }
    }

    @Test func aLivingControllerKeepsTheDeepestNodeOfALongChainAlive() {
        var plan = WorldPlan(60, .chain)
        plan.connectMilliseconds = 60_000
        let world = World.built(plan)
        world.run(atMostMilliseconds: 150_000)
        #expect(world.hosts.allSatisfy { $0.life == .running })
        #expect(world.outcomes(of: world.probe()) == [.ok: 60])
        #expect(world.faults.isEmpty)
    }

    @Test func aLateChildGetsTheOpenRecordsAndOnlyAfterItsCommit() {
        var plan = WorldPlan(3, .chain)
        plan.starts[2] = .answers(afterMilliseconds: 2_000)
        let world = World(plan)
        world.command { controller, now, actions in controller.launch(RankSet(count: 3), at: now, into: &actions) }
        world.run(atMostMilliseconds: 1_000)
        world.script = { _, _ in .running(milliseconds: 20_000) }
        let open = world.runCommand(on: RankSet(count: 2))
        let closed = world.probe(RankSet(count: 2))
        world.run(atMostMilliseconds: 500)
        var order: [UInt8] = []
        world.tamper = { from, to, message in
            if to == .host(Rank(2)) || from == .host(Rank(2)) { order.append(message.type) }
            return [message]
        }
        #expect(world.run(atMostMilliseconds: 2_000) { world.controller.joined.count == 3 })
        #expect(Array(order.prefix(4)) == [1, 2, 3, 14])
        #expect(world.host(Rank(2)).node?.operations.keys.contains(open) == true)
        #expect(world.closing(of: closed) != nil)
        #expect(world.outcomes(of: world.probe()) == [.ok: 3])
        #expect(world.faults.isEmpty)
    }

    @Test func aChildThatComesAfterThousandsOfOperationsGetsThoseThatAreOpen() {
        var plan = WorldPlan(3, .chain)
        plan.starts[2] = .answers(afterMilliseconds: 3_000)
        plan.cost.journal = .fixed(0)
        plan.connectMilliseconds = 600_000
        let world = World(plan)
        world.command { controller, now, actions in controller.launch(RankSet(count: 3), at: now, into: &actions) }
        world.run(atMostMilliseconds: 100)
        world.script = { _, _ in .running(milliseconds: 600_000) }
        let open = world.runCommand(on: RankSet(count: 2))
        for _ in 0..<600 { world.probe(RankSet(count: 2)) }
        #expect(world.controller.joined.count == 2)
        #expect(world.run(atMostMilliseconds: 9_000) { world.controller.joined.count == 3 })
        world.run(atMostMilliseconds: 100)
        let kept = world.host(Rank(2)).node?.log.batches(after: .start).count ?? 0
        #expect(kept > 200 && kept <= LogFollower.closedBatchesMax + 1)
        #expect(world.host(Rank(2)).node?.operations.keys.contains(open) == true)
        #expect(world.closures.isEmpty)
        #expect(world.outcomes(of: world.probe()) == [.ok: 3])
        #expect(world.faults.isEmpty)
    }
}
