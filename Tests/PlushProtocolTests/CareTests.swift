import PlushSimulator
import PlushTree
import PlushWire
import Testing

@testable import PlushProtocol

/// Parents that look after their children.
@Suite struct CareTests {
    /// What a message costs to send and to take: enough that a slow machine can be told from a fast one.
    private static func plan(_ count: Int) -> WorldPlan {
        var plan = WorldPlan(count, .kary(fanout: 3))
        plan.cost.sendNanoseconds = 1_000_000
        plan.cost.receiveNanoseconds = 6_000_000
        plan.heartbeatMilliseconds = 1_000
        return plan
    }

    private func children(of rank: UInt32, in world: World) -> RankSet {
        RankSet(world.hosts.map(\.rank).filter { world.parentInTree(of: $0.value) == Rank(rank) })
    }

    @Test func aRelayThatIsTwentyTimesSlowerIsALeafWithinSixHeartbeats() {
        let world = World.built(Self.plan(12))
        #expect(!children(of: 0, in: world).isEmpty)
        world.script = { _, _ in .running(milliseconds: 9_000) }
        let id = world.runCommand()
        world.run(atMostMilliseconds: 1_000)
        world.slow(Rank(0), times: 20)
        world.run(atMostMilliseconds: 6 * 1_000)
        #expect(children(of: 0, in: world).isEmpty)
        #expect(world.host(Rank(0)).node?.committedParentLink != nil)
        world.runUntilClosed(id)
        #expect(world.outcomes(of: id) == [.ok: 12])
        #expect(world.spawns.values.allSatisfy { $0 == 1 })
        let retired = world.notices.compactMap { if case .retired(let ranks) = $0 { ranks } else { nil } }
        #expect(retired == [RankSet(Rank(0))])
        // It takes nobody in any more, also when its siblings are full.
        world.kill(Rank(1))
        world.run(atMostMilliseconds: 30_000)
        #expect(children(of: 0, in: world).isEmpty)
        #expect(world.faults.isEmpty)
    }

    @Test func relaysThatAreAllSlowStayRelays() {
        let world = World.built(Self.plan(12))
        for host in world.hosts { world.slow(host.rank, times: 20) }
        world.run(atMostMilliseconds: 30_000)
        #expect(!world.notices.contains { if case .retired = $0 { true } else { false } })
        #expect(world.faults.isEmpty)
    }

    @Test func whoeverAdoptedTooManySendsSomeOnUntilTheShapeHolds() {
        let world = World.built(Self.plan(39))
        world.script = { _, _ in .running(milliseconds: 60_000) }
        let id = world.runCommand()
        world.run(atMostMilliseconds: 1_000)
        // All children of the root: the next level comes to the root, as far as it has room.
        for rank in children(of: Rank.controller.value, in: world) { world.kill(rank) }
        world.run(atMostMilliseconds: 4_000)
        #expect(world.controller.childTable.attachedCount > 3)
        world.run(atMostMilliseconds: 120_000)
        #expect(world.controller.childTable.attachedCount <= 3)
        for host in world.hosts where !host.isGone {
            #expect((host.node?.childTable.attachedCount ?? 0) <= 3, "\(host.rank)")
        }
        world.runUntilClosed(id)
        #expect(world.outcomes(of: id) == [.ok: 36, .lost: 3])
        #expect(world.faults.isEmpty)
    }
}
