import PlushSimulator
import PlushTree
import PlushWire
import Testing

@testable import PlushProtocol

/// Barriers in a whole tree, every message encoded and delivered.
@Suite struct BarrierWorldTests {
    private static let key = BarrierKey(application: "app", name: "ready")

    private func open(
        _ policy: String, in world: World, members: [String: UInt32] = [:], participants: RankSet? = nil
    ) throws {
        let request = ControllerNode.BarrierRequest(
            key: Self.key, policy: try BarrierPolicy(policy), participants: participants ?? world.everyone,
            members: members.sorted { $0.key < $1.key }.map {
                BarrierOpening.Member(application: $0.key, processes: $0.value)
            })
        let error: BarrierPolicyError? = world.command { controller, now, actions in
            do throws(BarrierPolicyError) {
                try controller.openBarrier(request, at: now, into: &actions)
                return nil
            } catch {
                return error
            }
        }
        if let error { throw error }
    }

    private func task(_ application: String = "app", enters barriers: [String] = []) -> RunTask {
        RunTask(
            application: application, arguments: ["command"], environment: [], workingDirectory: "",
            timeoutMilliseconds: 0, graceMilliseconds: 500, output: .discard, barriers: barriers)
    }

    /// A command everywhere, and another that follows it through the barrier.
    private func stages(_ policy: String, in world: World) throws -> (first: OperationID, second: OperationID) {
        try open(policy, in: world)
        let first = world.submit(.run(task()), to: world.everyone)
        let second = world.submit(.gated(Gate(barrier: Self.key, after: [first]), task()), to: world.everyone)
        return (first, second)
    }

    private func releases(_ world: World) -> [(generation: UInt64, onTime: RankSet, missing: RankSet)] {
        world.notices.compactMap { notice in
            guard case .barrier(.released(_, let generation, let onTime, let missing)) = notice else { return nil }
            return (generation, onTime, missing)
        }
    }

    @Test func aStrictBarrierTakesAMessageUpAndARecordDownPerHost() throws {
        let world = World.built(WorldPlan(40, .kary(fanout: 3)))
        world.script = { rank, _ in .running(milliseconds: 10 + UInt64(rank.value * 7 % 40)) }
        var entries = 0
        world.tamper = { _, _, message in
            if case .barrierEntries = message { entries += 1 }
            return [message]
        }
        let (first, second) = try stages("all", in: world)
        var begun = 0
        world.run(atMostMilliseconds: 20_000) {
            let waiting = world.spawns.keys.contains { $0.operation == second }
            if waiting, releases(world).isEmpty { begun += 1 }
            return world.controller.operations.isEmpty
        }
        #expect(begun == 0, "nobody starts before the release")
        #expect(world.outcomes(of: first) == [.ok: 40] && world.outcomes(of: second) == [.ok: 40])
        #expect(entries == 40, "one message up each edge")
        #expect(world.rootReceived[0x40] == 3)
        #expect(releases(world).map(\.onTime) == [world.everyone])
        #expect(world.faults.isEmpty, "\(world.faults)")
    }

    @Test func ninetyEightOfAHundredGoOnAndTheOthersPassLate() throws {
        for policy in ["98", "98%", "98/2s", "knee"] {
            let world = World.built(WorldPlan(100, .kary(fanout: 8)))
            world.script = { rank, _ in .running(milliseconds: rank.value < 98 ? 20 + UInt64(rank.value) * 5 : 30_000) }
            let (first, second) = try stages(policy, in: world)
            world.run(atMostMilliseconds: 10_000)
            let release = try #require(releases(world).first, "\(policy)")
            #expect(release.onTime == RankSet(count: 98) && release.missing == RankSet([Rank(98), Rank(99)]))
            #expect(world.spawns.keys.count { $0.operation == second } == 98)
            world.run(atMostMilliseconds: 120_000) { world.controller.operations.isEmpty }
            #expect(world.outcomes(of: first) == [.ok: 100] && world.outcomes(of: second) == [.ok: 100])
            #expect(world.controller.barriers[Self.key]?.everLate.count == 2)
            #expect(world.faults.isEmpty, "\(world.faults)")
        }
    }

    @Test func latecomersAreRefusedWhereTheSpecificationSaysSo() throws {
        let world = World.built(WorldPlan(10))
        world.script = { rank, _ in .running(milliseconds: rank.value < 8 ? 20 : 5_000) }
        let (_, second) = try stages("8 refuse", in: world)
        world.run(atMostMilliseconds: 60_000) { world.controller.operations.isEmpty }
        #expect(world.outcomes(of: second) == [.ok: 8, .notStarted: 2])
        #expect(world.faults.isEmpty, "\(world.faults)")
    }

    @Test func whoFailsBeforeIsNotWaitedFor() throws {
        let world = World.built(WorldPlan(10))
        let failing = Rank(4)
        world.script = { rank, id in
            ProcessScript(exit: rank == failing && id.sequence == 1 ? 3 : 0, milliseconds: 20)
        }
        let (first, second) = try stages("all", in: world)
        world.run(atMostMilliseconds: 60_000) { world.controller.operations.isEmpty }
        #expect(world.outcomes(of: first) == [.ok: 9, .failed: 1])
        #expect(world.outcomes(of: second) == [.ok: 9, .notStarted: 1])
        #expect(releases(world).map(\.missing) == [RankSet()], "it was dropped")
        #expect(world.faults.isEmpty, "\(world.faults)")
    }

    /// Runs to the end; returns the most that ran behind the barrier at one time.
    private func drain(_ world: World, _ second: OperationID, milliseconds: UInt64 = 300_000) -> Int {
        var most = 0
        world.run(atMostMilliseconds: milliseconds) {
            let behind = world.hosts.count { $0.node?.runs[second]?.isRunning == true && !$0.isGone }
            most = max(most, behind)
            if let book = world.controller.barriers.throttle(of: Self.key)?.book, !book.isConserved {
                Issue.record("permits are not conserved")
            }
            return world.controller.operations.isEmpty
        }
        return most
    }

    @Test(arguments: [1, 7, 25, 200])
    func atMostSoManyAreBehindAThrottledBarrier(limit: Int) throws {
        let world = World.built(WorldPlan(60, .kary(fanout: 3)))
        world.script = { rank, id in .running(milliseconds: id.sequence == 1 ? 5 : 40 + UInt64(rank.value % 7) * 10) }
        let (_, second) = try stages("all limit:\(limit)", in: world)
        let most = drain(world, second)
        #expect(most <= limit && most >= min(limit, 60) * 3 / 4, "\(most)")
        #expect(world.outcomes(of: second) == [.ok: 60])
        world.run(atMostMilliseconds: 1_000)
        #expect(world.controller.barriers.throttle(of: Self.key)?.book?.outstanding == 0, "all came back")
        #expect(world.faults.isEmpty, "\(world.faults)")
    }

    @Test func anAdaptiveBarrierLetsEverybodyThrough() throws {
        let world = World.built(WorldPlan(60, .kary(fanout: 3)))
        world.script = { _, id in .running(milliseconds: id.sequence == 1 ? 5 : 100) }
        let (_, second) = try stages("all adaptive:40", in: world)
        #expect(drain(world, second) <= 40)
        #expect(world.outcomes(of: second) == [.ok: 60] && world.faults.isEmpty, "\(world.faults)")
    }

    @Test func aRateIsKept() throws {
        let world = World.built(WorldPlan(40, .kary(fanout: 3)))
        world.script = { _, _ in .running(milliseconds: 5) }
        let (_, second) = try stages("all rate:10/s", in: world)
        var times: [UInt64] = []
        world.run(atMostMilliseconds: 60_000) {
            let count = world.spawns.keys.count { $0.operation == second }
            while times.count < count { times.append(world.now / 1_000_000) }
            return world.controller.operations.isEmpty
        }
        #expect(world.outcomes(of: second) == [.ok: 40])
        let pacer = RatePacer(hosts: 10, periodMilliseconds: 1_000)
        for (index, start) in times.enumerated() {
            for (other, end) in times.enumerated().dropFirst(index)
            where other - index + 1 > pacer.mostHosts(inMilliseconds: end - start) {
                Issue.record("\(other - index + 1) hosts in \(end - start) ms")
            }
        }
        #expect((3_000...5_000).contains(times[39] - times[0]), "\(times[39] - times[0])")
        #expect(world.faults.isEmpty, "\(world.faults)")
    }

    @Test func processesPassTwoGenerationsInStep() throws {
        let world = World.built(WorldPlan(13, .kary(fanout: 3)))
        world.script = { _, _ in .running(milliseconds: 100_000) }
        try open("all", in: world, members: ["app": 1])
        let id = world.submit(.run(task(enters: ["ready"])), to: world.everyone)
        world.run(atMostMilliseconds: 100)
        for generation in 1...2 as ClosedRange<UInt64> {
            for rank in world.everyone {
                #expect(
                    world.applicationAnswers.count < 13 * Int(generation), "nobody passes before the last has entered")
                let request = generation * 100 + UInt64(rank.value)
                world.give(.host(rank), .applicationEnters(id, barrier: "ready", request: request))
                world.run(atMostMilliseconds: 5)
            }
            world.run(atMostMilliseconds: 200)
            #expect(world.applicationAnswers.count == 13 * Int(generation))
            #expect(world.applicationAnswers[generation * 100 + 7] == .passed(generation: generation, isLate: false))
        }
        let host = Rank(3)
        world.give(.host(host), .applicationEnters(id, barrier: "raedy", request: 900))
        world.give(.host(host), .applicationEnters(id, barrier: "ready", request: 901))
        world.give(.host(host), .applicationEnters(id, barrier: "ready", request: 902))
        guard case .refused(let unknown) = world.applicationAnswers[900],
            case .refused(let twice) = world.applicationAnswers[902]
        else { Issue.record("\(world.applicationAnswers)"); return }
        #expect(unknown.contains("there are ready") && twice.contains("entered already"))
        #expect(world.applicationAnswers[901] == nil && world.faults.isEmpty, "it waits, unharmed")
    }

    @Test func onlyProcessesThatDeclareABarrierCountAndClustersMayHaveDifferentNumbersOfThem() throws {
        let world = World.built(WorldPlan(8, .kary(fanout: 3)))
        let (left, right) = (RankSet(count: 4), world.everyone.subtracting(RankSet(count: 4)))
        world.script = { _, id in .running(milliseconds: id.sequence == 1 ? 20 : 100_000) }
        try open("all", in: world, members: ["left": 1, "right": 2])
        _ = world.submit(.run(task("left")), to: left)
        world.run(atMostMilliseconds: 500)
        let alone = world.submit(.run(task("left", enters: ["ready"])), to: left)
        let pair = (0..<2).map { _ in world.submit(.run(task("right", enters: ["ready"])), to: right) }
        world.run(atMostMilliseconds: 100)
        var request: UInt64 = 0
        func enter(_ id: OperationID, _ ranks: RankSet) {
            for rank in ranks {
                request += 1
                world.give(.host(rank), .applicationEnters(id, barrier: "ready", request: request))
            }
            world.run(atMostMilliseconds: 7_000)
        }
        enter(alone, left)
        enter(pair[0], right)
        #expect(world.applicationAnswers.isEmpty, "\(world.applicationAnswers)")
        enter(pair[1], right)
        #expect(world.applicationAnswers.values.allSatisfy { $0 == .passed(generation: 1, isLate: false) })
        #expect(world.applicationAnswers.count == 12 && world.faults.isEmpty, "\(world.faults)")
    }

    @Test func hostsWhoseProcessesHaveEndedAreNotWaitedForInABarrierThatClustersShare() throws {
        let world = World.built(WorldPlan(6, .kary(fanout: 3)))
        let (left, right) = (RankSet(count: 3), world.everyone.subtracting(RankSet(count: 3)))
        world.script = { rank, _ in .running(milliseconds: rank.value == 5 ? 300 : 100_000) }
        try open("all", in: world, members: ["left": 1, "right": 1])
        let first = world.submit(.run(task("left", enters: ["ready"])), to: left)
        let second = world.submit(.run(task("right", enters: ["ready"])), to: right)
        world.run(atMostMilliseconds: 100)
        for rank in world.everyone where rank.value < 5 {
            let id = left.contains(rank) ? first : second
            world.give(.host(rank), .applicationEnters(id, barrier: "ready", request: UInt64(rank.value)))
        }
        world.run(atMostMilliseconds: 10_000)
        #expect(world.applicationAnswers.count == 5, "\(world.applicationAnswers)")
        #expect(releases(world).map(\.missing) == [RankSet()], "it was dropped")
        let cannot = world.notices.contains { if case .barrier(.cannot) = $0 { true } else { false } }
        #expect(!cannot && world.faults.isEmpty, "\(world.faults)")
    }

    @Test func anotherHostTakesThePlaceOfOneThatIsMissing() throws {
        let world = World.built(WorldPlan(10, .kary(fanout: 3)))
        let (missing, spare) = (RankSet(Rank(8)), RankSet(Rank(9)))
        let wanted = world.everyone.subtracting(spare)
        world.script = { rank, _ in .running(milliseconds: rank.value == 8 ? 100_000 : 20) }
        func submit(_ ranks: RankSet) -> [OperationID] {
            let first = world.submit(.run(task()), to: ranks)
            return [first, world.submit(.gated(Gate(barrier: Self.key, after: [first]), task()), to: ranks)]
        }
        try open("all", in: world, participants: wanted)
        let operations = submit(wanted)
        world.run(atMostMilliseconds: 7_000)
        #expect(releases(world).isEmpty)
        world.command { controller, _, actions in
            controller.admitToBarrier(Self.key, spare, for: missing, into: &actions)
        }
        let others = submit(spare)
        world.command { controller, now, actions in
            controller.dropFromBarrier(Self.key, missing, at: now, into: &actions)
            for id in operations {
                controller.cancel(id, on: missing, at: now, into: &actions)
                controller.abandon(id, on: missing, Outcome(.lost), at: now, into: &actions)
            }
        }
        #expect(releases(world).isEmpty, "the spare has not entered yet")
        world.run(atMostMilliseconds: 60_000) { world.controller.operations.isEmpty }
        #expect(releases(world).map(\.onTime) == [world.everyone.subtracting(missing)])
        #expect(world.outcomes(of: others[1]) == [.ok: 1])
        #expect(world.outcomes(of: operations[1]) == [.ok: 8, .lost: 1] && world.faults.isEmpty, "\(world.faults)")
    }

    @Test func aClientMayReleaseWhoIsThereAndIsToldWhoComesLate() throws {
        let world = World.built(WorldPlan(10))
        world.script = { rank, id in .running(milliseconds: id.sequence == 1 && rank.value > 6 ? 20_000 : 20) }
        let (_, second) = try stages("all", in: world)
        world.run(atMostMilliseconds: 7_000)
        #expect(releases(world).isEmpty)
        world.command { controller, now, actions in
            controller.forceBarrier(Self.key, at: now, into: &actions)
        }
        world.run(atMostMilliseconds: 60_000) { world.controller.operations.isEmpty }
        #expect(releases(world).map(\.onTime) == [RankSet(count: 7)])
        var late = RankSet()
        for case .barrier(.late(_, 1, let ranks, false)) in world.notices { late.formUnion(ranks) }
        #expect(late == world.everyone.subtracting(RankSet(count: 7)))
        #expect(world.outcomes(of: second) == [.ok: 10] && world.faults.isEmpty, "\(world.faults)")
    }

    @Test func wordsOfApplicationsAreMergedOnTheWay() throws {
        let world = World.built(WorldPlan(13, .kary(fanout: 3)))
        world.script = { _, _ in .running(milliseconds: 100_000) }
        let id = world.submit(.run(task()), to: world.everyone)
        world.run(atMostMilliseconds: 100)
        for rank in world.everyone {
            world.give(.host(rank), .applicationSays(id, progress: 400, text: ""))
            world.give(.host(rank), .applicationSays(id, progress: nil, text: "half way"))
        }
        world.run(atMostMilliseconds: 2_000)
        var said: [String: RankSet] = [:]
        for case .application(let report) in world.notices {
            for word in report.words {
                said[word.progress.map { "\($0)" } ?? word.text, default: RankSet()].formUnion(word.ranks)
            }
        }
        #expect(said == ["400": world.everyone, "half way": world.everyone])
        #expect(world.rootReceived[0x43, default: 0] <= 9, "each child of the root at each level once")
    }

    @Test func theLastWordsOfAProcessComeBeforeItsEnd() throws {
        let world = World.built(WorldPlan(13, .kary(fanout: 3)))
        world.script = { _, _ in .running(milliseconds: 500) }
        let id = world.submit(.run(task()), to: world.everyone)
        world.run(atMostMilliseconds: 499)
        for rank in world.everyone where world.spawns.keys.contains(where: { $0.rank == rank }) {
            world.give(.host(rank), .applicationSays(id, progress: nil, text: "last"))
        }
        world.run(atMostMilliseconds: 2_000) { world.controller.operations.isEmpty }
        var said = RankSet()
        for case .application(let report) in world.notices { report.words.forEach { said.formUnion($0.ranks) } }
        #expect(said == world.everyone && world.faults.isEmpty, "\(said) \(world.faults)")
    }
}
