import NIOCore
import OrderedCollections
import PlushSimulator
import PlushTree
import PlushWire
import Testing

@testable import PlushProtocol

/// What is left of an account when nodes and links fail.
@Suite struct AccountTests {
    @Test func theDeathOfARelayCostsItAloneAndNamesTheCause() {
        let world = World.built(WorldPlan(14))
        world.script = { _, _ in .running(milliseconds: 2_000) }
        let id = world.runCommand()
        world.run(atMostMilliseconds: 500)
        world.kill(Rank(0))
        world.runUntilClosed(id)
        #expect(world.ranks(of: id, .lost) == RankSet(Rank(0)))
        #expect(world.detail(of: id, rank: 0) == "connection reset")
        #expect(world.ranks(of: id, .ok) == world.everyone.subtracting(RankSet(Rank(0))))
        #expect(world.spawns.values.allSatisfy { $0 == 1 }, "commands went on while their agents moved")
        world.checkAccount(of: id, targets: world.everyone)
        let departures = world.notices.compactMap {
            if case .departed(let departure, let path) = $0 { (departure, path) } else { nil }
        }
        #expect(departures.first?.0.through == Rank(0))
        #expect(departures.first?.1 == [.controller, Rank(0)])
        let moved = world.notices.compactMap {
            if case .moved(let edge, from: Rank(0)) = $0 { edge.child } else { nil }
        }
        #expect(RankSet(moved) == RankSet([Rank(2), Rank(3)]))
        #expect(world.outcomes(of: world.probe()) == [.ok: 13, .lost: 1])
        #expect(world.faults.isEmpty)
    }

    @Test func anOutcomeThatWasReportedBeforeARankDiedStands() {
        let world = World.built(WorldPlan(4, .chain))
        world.script = { rank, _ in rank == Rank(1) ? .running(milliseconds: 3_000) : ProcessScript(exit: 4) }
        let id = world.runCommand()
        world.run(atMostMilliseconds: 1_000)
        world.kill(Rank(2))
        world.runUntilClosed(id)
        // Ranks 2 and 3 had ended with 4; rank 1, which holds that, is still running when they leave.
        #expect(world.ranks(of: id, .failed) == RankSet([Rank(0), Rank(2), Rank(3)]))
        #expect(world.ranks(of: id, .ok) == RankSet(Rank(1)))
        world.checkAccount(of: id, targets: world.everyone)
        #expect(world.faults.isEmpty)
    }

    @Test func outputThatIsCutShortIsMarked() {
        let world = World.built(WorldPlan(3, .chain))
        let output = OutputTests.lines(seed: 4, bytes: 2_000_000)
        world.script = { rank, _ in rank == Rank(2) ? ProcessScript(standardOutput: output) : ProcessScript() }
        // The consumer stops, so that the result passes the output; then whoever has the rest of it dies.
        world.isConsuming = false
        let id = world.runCommand()
        #expect(world.run(atMostMilliseconds: 30_000) { world.delivered.count > 4 })
        world.run(atMostMilliseconds: 1_000)
        world.kill(Rank(2))
        world.run(atMostMilliseconds: 100)
        world.consumeAgain()
        world.runUntilClosed(id)
        let closing = world.closing(of: id)
        let cut = (closing?.truncated ?? RankSet()).union(world.ranks(of: id, .lost))
        #expect(cut.contains(Rank(2)))
        world.checkStreams(of: id)
        world.checkAccount(of: id, targets: world.everyone)
        #expect(world.faults.isEmpty)
    }

    @Test func aResultWithoutTheRestOfItsOutputIsTruncated() {
        let world = World.built(WorldPlan(2, .chain))
        // All of rank 1's output fits into the pipes and windows: it ends, but rank 0 may not pass everything on.
        world.script = { rank, _ in
            rank == Rank(1)
                ? ProcessScript(standardOutput: OutputTests.lines(seed: 4, bytes: 400_000)) : ProcessScript()
        }
        world.isConsuming = false
        let id = world.runCommand()
        world.run(atMostMilliseconds: 5_000)
        #expect(world.controller.operations[id]?.rollup.terminal == world.everyone)
        world.kill(Rank(1))
        world.runUntilClosed(id)
        #expect(world.outcomes(of: id) == [.ok: 2])
        #expect(world.closing(of: id)?.truncated == RankSet(Rank(1)))
        world.checkStreams(of: id)
        #expect(world.faults.isEmpty)
    }

    @Test func outputThatDiedWithARelayComesAgain() {
        let world = World.built(WorldPlan(3, .chain))
        let output = OutputTests.lines(seed: 4, bytes: 400_000)
        world.script = { rank, _ in rank == Rank(2) ? ProcessScript(standardOutput: output) : ProcessScript() }
        world.isConsuming = false
        let id = world.runCommand()
        world.run(atMostMilliseconds: 5_000)
        // Rank 0 and rank 1 hold windows full of what rank 2 has sent; both go.
        world.kill(Rank(0))
        world.kill(Rank(1))
        world.run(atMostMilliseconds: 1_000)
        world.consumeAgain()
        world.runUntilClosed(id)
        #expect(world.outcomes(of: id) == [.ok: 3])
        #expect(world.closing(of: id)?.truncated == RankSet())
        #expect(world.received(StreamKey(operation: id, rank: Rank(2), stream: .standardOutput)) == output)
        world.checkStreams(of: id)
        #expect(world.faults.isEmpty)
    }

    @Test func theSilenceOfAFrozenRelayIsNoticed() {
        let world = World.built(WorldPlan(6))
        world.freeze(Rank(0))
        let id = world.runCommand()
        #expect(world.runUntilClosed(id, atMostMilliseconds: 40_000))
        #expect(world.ranks(of: id, .lost) == RankSet(Rank(0)))
        #expect(world.detail(of: id, rank: 0)?.hasPrefix("silent for") == true)
        world.checkAccount(of: id, targets: world.everyone)
        #expect(world.faults.isEmpty)
    }

    @Test func aNodeWhoseTimersComeLateIsGivenMoreTime() {
        var meter = LagMeter()
        #expect(meter.silenceMilliseconds(peerLag: 0, heartbeat: 2_000) == 10_000)
        #expect(meter.silenceMilliseconds(peerLag: 500, heartbeat: 2_000) == 12_000)
        #expect(meter.silenceMilliseconds(peerLag: 0, heartbeat: 5_000) == 25_000)
        let due = Instant(nanoseconds: 1_000_000_000)
        meter.timer(due: due, at: due.advanced(byMilliseconds: 3_000))
        #expect(meter.silenceMilliseconds(peerLag: 500, heartbeat: 2_000) == 22_000)
        meter.timer(due: due, at: due)
        #expect(meter.milliseconds == 1_500)
    }

    @Test func aShortFreezeCostsNothing() {
        let world = World.built(WorldPlan(6))
        world.script = { _, _ in .printing("x\n") }
        world.freeze(Rank(1))
        let id = world.runCommand()
        world.run(atMostMilliseconds: 8_000)
        world.thaw(Rank(1))
        world.runUntilClosed(id)
        #expect(world.outcomes(of: id) == [.ok: 6])
        world.checkStreams(of: id)
        world.run(atMostMilliseconds: 60_000)
        #expect(world.outcomes(of: world.probe()) == [.ok: 6])
        #expect(world.faults.isEmpty)
    }

    @Test func aLinkThatIsCutCostsNothing() {
        let world = World.built(WorldPlan(7))
        world.script = { _, _ in .running(milliseconds: 1_000) }
        let id = world.runCommand()
        world.run(atMostMilliseconds: 100)
        world.cut(world.uplink(of: 2)!)
        world.runUntilClosed(id)
        #expect(world.outcomes(of: id) == [.ok: 7])
        world.checkAccount(of: id, targets: world.everyone)
        #expect(world.faults.isEmpty)
    }

    @Test func aRestartedAgentAnswersThatItIsLostAndNeverRuns() {
        let world = World.built(WorldPlan(3, .flat))
        let targets = TargetSet([
            TargetSet.Group(incarnation: 2, ranks: RankSet(Rank(1))),
            TargetSet.Group(incarnation: 1, ranks: RankSet([Rank(0), Rank(2)])),
        ])
        // As an operation would look after rank 1 had been given a new incarnation.
        let id = OperationID(epoch: 1, sequence: 1)
        let task = RunTask(
            application: "app", arguments: ["x"], environment: [], workingDirectory: "", timeoutMilliseconds: 0,
            graceMilliseconds: 0, output: .stream)
        let operation = Operation(
            id: id, targets: targets, expiryMilliseconds: 0, reportIntervalMilliseconds: 0, task: .run(task))
        var answers: [OutcomeBucket] = []
        world.tamper = { _, to, message in
            if case .results(let report) = message, to == .controller { answers += report.buckets }
            return [message]
        }
        for rank in 0..<3 {
            world.say(
                .log(WorldTools.batch([.operation(operation)], first: 1)), asParentOf: world.uplink(of: UInt32(rank))!)
        }
        world.run(atMostMilliseconds: 1_000)
        let lost = answers.first { $0.outcome.kind == .lost }
        #expect(lost?.ranks == RankSet(Rank(1)))
        #expect(lost?.outcome.detail == "the agent was restarted")
        #expect(answers.filter { $0.outcome == .ok }.count == 2)
        #expect(world.spawns[SpawnKey(operation: id, rank: Rank(1))] == nil)
        // The world knows that this controller never issued the record that the test signed with its key.
        #expect(world.faults.allSatisfy { $0.hasPrefix("IssuedOnly") })
    }

    @Test func aStartThatComesAfterItsCancelIsRefused() {
        let world = World.built(WorldPlan(1))
        let id = OperationID(epoch: 1, sequence: 9)
        let task = RunTask(
            application: "app", arguments: ["x"], environment: [], workingDirectory: "", timeoutMilliseconds: 0,
            graceMilliseconds: 0, output: .stream)
        let operation = Operation(
            id: id, targets: TargetSet([TargetSet.Group(incarnation: 1, ranks: world.everyone)]),
            expiryMilliseconds: 0, reportIntervalMilliseconds: 0, task: .run(task))
        var answers: [OutcomeBucket] = []
        world.tamper = { _, _, message in
            if case .results(let report) = message { answers += report.buckets }
            return [message]
        }
        let link = world.uplink(of: 0)!
        let cancel = Cancel(operation: id, ranks: world.everyone)
        world.say(.log(WorldTools.batch([.cancel(cancel)], first: 1)), asParentOf: link)
        world.say(.log(WorldTools.batch([.operation(operation)], first: 2)), asParentOf: link)
        world.run(atMostMilliseconds: 1_000)
        #expect(answers.map(\.outcome) == [Outcome(.notStarted, detail: "cancelled")])
        #expect(world.spawns.isEmpty)
    }

    @Test func nothingOfABatchIsSentBeforeItIsDurable() {
        var plan = WorldPlan(4)
        plan.cost.journal = .milliseconds(700)
        let world = World.built(plan)
        let id = world.runCommand()
        let files = world.sendFiles(TransferTests.files, to: world.everyone)
        world.run(atMostMilliseconds: 650)
        #expect(world.rootSent[7] == nil && world.rootSent[11] == nil)
        #expect(world.runUntilClosed(id) && world.runUntilClosed(files))
        #expect(world.outcomes(of: files) == [.ok: 4])
        #expect(world.faults.isEmpty)
    }
}
