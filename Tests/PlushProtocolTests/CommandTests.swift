import NIOCore
import OrderedCollections
import PlushSimulator
import PlushTree
import PlushWire
import Testing

@testable import PlushProtocol

@Suite struct CommandTests {
    @Test(arguments: [4, 16], [1, 5, 40, 300])
    func theRootSendsAndReceivesOneMessagePerChildHoweverManyHostsThereAre(fanout: Int, count: Int) {
        let world = World.built(WorldPlan(count, .kary(fanout: fanout)))
        let sent = world.rootSent[7] ?? 0
        let received = world.rootReceived[9] ?? 0
        let id = world.runCommand(output: .stream)
        #expect(world.runUntilClosed(id))
        let children = min(fanout, count)
        #expect((world.rootSent[7] ?? 0) - sent == children)
        #expect((world.rootReceived[9] ?? 0) - received == children)
        #expect(world.rootReceived[10] == nil)
        #expect(world.closing(of: id)?.buckets.map(\.ranks) == [world.everyone])
        #expect(world.closing(of: id)?.buckets.map(\.outcome) == [.ok])
        #expect(world.faults.isEmpty)
    }

    @Test func eachRankEndsInItsOwnWay() {
        let world = World.built(WorldPlan(12, .kary(fanout: 3)))
        world.script = { rank, _ in
            switch rank.value {
            case 0: ProcessScript(exit: 3)
            case 7: ProcessScript(startFailure: (127, "no such file"))
            default: ProcessScript()
            }
        }
        let id = world.runCommand()
        world.runUntilClosed(id)
        #expect(world.outcomes(of: id) == [.ok: 10, .failed: 2])
        #expect(world.detail(of: id, rank: 7) == "no such file")
        world.checkAccount(of: id, targets: world.everyone)
        #expect(world.faults.isEmpty)
    }

    @Test func aCommandThatTakesTooLongIsAskedAndThenKilledAfterTheGrace() {
        let world = World.built(WorldPlan(6))
        world.script = { rank, _ in
            var script = ProcessScript.running(milliseconds: rank == Rank(5) || rank == Rank(2) ? 60_000 : 1)
            script.ignoresTerminate = rank == Rank(5)
            return script
        }
        let began = world.now
        let id = world.runCommand(timeoutMilliseconds: 1_000, graceMilliseconds: 3_000)
        world.runUntilClosed(id)
        #expect(world.ranks(of: id, .timedOut) == RankSet([Rank(2), Rank(5)]))
        let took = (world.now - began) / 1_000_000
        #expect((4_000...4_500).contains(took), "TERM after 1 s, KILL 3 s later: \(took) ms")
        #expect(world.runningProcesses == 0)
        world.checkAccount(of: id, targets: world.everyone)
        #expect(world.faults.isEmpty)
    }

    @Test func cancellingStopsWhatRunsEverywhere() {
        let world = World.built(WorldPlan(10))
        world.script = { _, _ in .running(milliseconds: 100_000) }
        let id = world.runCommand()
        world.run(atMostMilliseconds: 500)
        #expect(world.runningProcesses == 10)
        world.cancel(id)
        #expect(world.runUntilClosed(id, atMostMilliseconds: 2_000))
        #expect(world.closing(of: id)?.buckets.map(\.outcome) == [Outcome(.failed, code: -15, detail: "cancelled")])
        #expect(world.runningProcesses == 0)
        #expect(world.faults.isEmpty)
    }

    @Test func anOperationThatComesTooLateDoesNotBegin() {
        let world = World.built(WorldPlan(4, .chain))
        world.freeze(Rank(2))
        let id = world.runCommand(expiryMilliseconds: 1_000)
        world.run(atMostMilliseconds: 5_000)
        world.thaw(Rank(2))
        world.runUntilClosed(id)
        #expect(world.ranks(of: id, .notStarted) == RankSet([Rank(2), Rank(3)]))
        #expect(world.detail(of: id, rank: 3) == "expired before it arrived")
        world.checkAccount(of: id, targets: world.everyone)
        #expect(world.outcomes(of: world.runAgain()) == [.ok: 4])
        #expect(world.faults.isEmpty)
    }

    @Test func aFilesOperationThatComesTooLateLeavesNoFile() {
        let world = World.built(WorldPlan(3, .chain))
        world.freeze(Rank(1))
        let task = FilesTask(
            application: "app", chunkBytes: 1_024,
            entries: [
                FilesTask.Entry(path: "empty", sizeBytes: 0, mode: 0o600, chunks: [])
            ])
        let id = world.submit(.files(task), to: world.everyone, expiryMilliseconds: 1_000)
        world.run(atMostMilliseconds: 3_000)
        world.thaw(Rank(1))
        world.runUntilClosed(id)
        #expect(world.outcomes(of: id) == [.ok: 1, .notStarted: 2])
        #expect(world.host(Rank(0)).installed.count == 1)
        #expect(world.host(Rank(1)).installed.isEmpty && world.host(Rank(2)).installed.isEmpty)
        #expect(world.faults.isEmpty)
    }

    @Test func somethingLeftBehindThatHoldsTheOutputOpenDoesNotHoldUpTheOutcome() {
        for output in [RunTask.Output.stream, .fold] {
            let world = World.built(WorldPlan(5))
            let text = ByteBuffer(repeating: UInt8(ascii: "x"), count: 100_000)
            world.script = { rank, _ in
                var script = ProcessScript(standardOutput: text)
                script.leavesPipesOpen = rank == Rank(4)
                return script
            }
            let id = world.runCommand(output: output)
            #expect(world.runUntilClosed(id, atMostMilliseconds: 5_000), "\(output)")
            #expect(world.outcomes(of: id) == [.ok: 5])
            world.checkStreams(of: id)
            #expect(world.faults.isEmpty)
        }
    }

    @Test func whatTheRootHasGivenUpIsStoppedOnceItIsSettled() {
        let world = World.built(WorldPlan(5))
        world.script = { _, _ in .running(milliseconds: 500_000) }
        let id = world.runCommand()
        world.run(atMostMilliseconds: 100)
        world.command { controller, now, actions in
            controller.abandon(id, Outcome(.lost, detail: "interrupted"), at: now, into: &actions)
        }
        #expect(world.outcomes(of: id) == [.lost: 5])
        world.run(atMostMilliseconds: 10_000)
        #expect(world.runningProcesses == 0)
        #expect(world.hosts.allSatisfy { $0.node?.runs.isEmpty == true })
        #expect(world.faults.isEmpty)
    }

    @Test func whoNeverJoinedDoesNotRunWhatItIsCalledUnreachableFor() {
        var plan = WorldPlan(3, .flat)
        plan.starts[2] = .answers(afterMilliseconds: 300)
        let world = World(plan)
        world.command { controller, now, actions in controller.launch(RankSet(count: 3), at: now, into: &actions) }
        world.run(atMostMilliseconds: 100)
        world.script = { _, _ in .running(milliseconds: 1_000) }
        let id = world.runCommand()
        world.runUntilClosed(id)
        #expect(world.controller.joined.count == 3)
        #expect(world.ranks(of: id, .unreachable) == RankSet(Rank(2)))
        world.checkAccount(of: id, targets: world.everyone)
        #expect(world.outcomes(of: world.runAgain()) == [.ok: 3])
        #expect(world.faults.isEmpty)
    }

    @Test func progressIsReportedAtTheIntervalThatWasAskedFor() {
        let world = World.built(WorldPlan(8))
        world.script = { rank, _ in .running(milliseconds: rank.value < 4 ? 1 : 3_000) }
        let task = RunTask(
            application: "app", arguments: ["x"], environment: [], workingDirectory: "", timeoutMilliseconds: 0,
            graceMilliseconds: 0, output: .stream)
        let id = world.submit(.run(task), to: world.everyone, reportIntervalMilliseconds: 250)
        world.run(atMostMilliseconds: 1_500)
        #expect(world.controller.operations[id]?.rollup.terminal == RankSet(count: 4))
        #expect(world.controller.operations[id]?.rollup.started == world.everyone.subtracting(RankSet(count: 4)))
        world.runUntilClosed(id)
        #expect(world.outcomes(of: id) == [.ok: 8])
    }
}

extension World {
    /// The next operation after the one that was tested.
    func runAgain() -> OperationID {
        let id = runCommand()
        runUntilClosed(id)
        return id
    }
}
