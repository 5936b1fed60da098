import NIOCore
import OrderedCollections
import PlushSimulator
import PlushTree
import PlushWire
import Testing

@testable import PlushProtocol

@Suite struct OutputTests {
    @Test func equalOutputArrivesAsOneSegmentWithAllRanks() {
        for fanout in [1, 2, 4, 16] {
            let world = World.built(WorldPlan(60, .kary(fanout: fanout)))
            world.script = { _, _ in .printing("same\n") }
            let id = world.runCommand(output: .fold)
            world.runUntilClosed(id)
            let rootChildren = min(fanout, 60)
            #expect(world.delivered.count == rootChildren, "one segment from each child of the root")
            let ranks = world.delivered.reduce(into: RankSet()) { $0.formUnion($1.ranks) }
            #expect(ranks == world.everyone)
            #expect(world.delivered.allSatisfy { String(buffer: $0.body.bytes) == "same\n" && $0.flags == .last })
            world.checkStreams(of: id)
            #expect(world.faults.isEmpty)
        }
    }

    @Test func differentOutputArrivesOnceEach() {
        let world = World.built(WorldPlan(40, .kary(fanout: 3)))
        world.script = { rank, _ in .printing("rank \(rank)\n") }
        let id = world.runCommand(output: .fold)
        world.runUntilClosed(id)
        #expect(world.delivered.count == 40)
        #expect(Set(world.delivered.map { String(buffer: $0.body.bytes) }).count == 40)
        world.checkStreams(of: id)
        #expect(world.faults.isEmpty)
    }

    @Test func aStreamedByteArrivesOnceAndInOrder() {
        let world = World.built(WorldPlan(30, .kary(fanout: 2)))
        world.script = { rank, _ in
            var script = ProcessScript()
            script.standardOutput = Self.lines(seed: UInt64(rank.value), bytes: 3_000 + Int(rank.value) * 997)
            script.standardError = Self.lines(seed: UInt64(rank.value) + 99, bytes: 500)
            script.milliseconds = UInt64(rank.value)
            return script
        }
        let id = world.runCommand()
        world.runUntilClosed(id)
        #expect(world.outcomes(of: id) == [.ok: 30])
        #expect(world.closing(of: id)?.truncated == RankSet())
        world.checkStreams(of: id)
        #expect(world.faults.isEmpty)
    }

    @Test(arguments: [RunTask.Output.stream, .fold])
    func twoMegabytesPerRankPassThroughANarrowTreeWithinCredit(output: RunTask.Output) {
        let world = World.built(WorldPlan(7, .kary(fanout: 2)))
        let script = { (rank: Rank) in Self.lines(seed: UInt64(rank.value), bytes: 2 << 20) }
        world.script = { rank, _ in ProcessScript(standardOutput: script(rank)) }
        let id = world.runCommand(output: output)
        #expect(world.runUntilClosed(id))
        #expect(world.outcomes(of: id) == [.ok: 7])
        world.checkStreams(of: id)
        for host in world.hosts { #expect(host.heldBytesMax <= 2 * ProtocolLimits.outputWindowBytes) }
        #expect(world.hosts.contains { $0.pauses > 0 }, "somebody was faster than the tree")
        #expect(world.faults.isEmpty)
    }

    @Test func aConsumerThatStopsPausesTheCommandsAndNothingIsLost() {
        let world = World.built(WorldPlan(6, .kary(fanout: 2)))
        world.script = { rank, _ in
            ProcessScript(standardOutput: Self.lines(seed: UInt64(rank.value), bytes: 2 << 20))
        }
        world.isConsuming = false
        let id = world.runCommand()
        world.run(atMostMilliseconds: 60_000)
        #expect(world.controller.operations[id] != nil)
        #expect(world.hosts.allSatisfy { $0.pauses > 0 })
        #expect(world.runningProcesses == 6, "each is blocked in a write")
        let before = world.delivered.count
        world.run(atMostMilliseconds: 10_000)
        #expect(world.delivered.count == before)
        world.consumeAgain()
        #expect(world.runUntilClosed(id))
        #expect(world.outcomes(of: id) == [.ok: 6])
        world.checkStreams(of: id)
        #expect(world.faults.isEmpty)
    }

    @Test func foldingOfSeveralOperationsAtOnceDoesNotBlockThem() {
        let world = World.built(WorldPlan(4, .chain))
        world.script = { rank, id in
            var script = ProcessScript(
                standardOutput: Self.lines(seed: UInt64(rank.value) << 8 | UInt64(id.sequence), bytes: 700_000))
            script.milliseconds = UInt64(rank.value) * 40
            return script
        }
        let ids = (0..<4).map { _ in world.runCommand(output: .fold) }
        for id in ids {
            #expect(world.runUntilClosed(id), "operation \(id)")
            #expect(world.outcomes(of: id) == [.ok: 4])
            world.checkStreams(of: id)
        }
        #expect(world.faults.isEmpty)
    }

    @Test func aMergedSegmentDoesNotOvertakeAnEarlierOneOfAnotherRank() {
        let world = World.built(WorldPlan(9, .kary(fanout: 8)))
        let tail = Self.lines(seed: 1, bytes: 5 * ProtocolLimits.segmentBytes)
        world.script = { rank, _ in
            var output = rank.value % 2 == 0 ? ByteBuffer() : Self.lines(seed: 77, bytes: ProtocolLimits.segmentBytes)
            if rank.value % 2 == 0 {
                output = Self.lines(seed: UInt64(rank.value) + 5, bytes: ProtocolLimits.segmentBytes)
            }
            output.writeImmutableBuffer(tail)
            var script = ProcessScript(standardOutput: output)
            script.milliseconds = UInt64(rank.value % 3) * 3
            return script
        }
        let id = world.runCommand(output: .fold)
        world.runUntilClosed(id)
        #expect(world.closing(of: id)?.truncated == RankSet())
        world.checkStreams(of: id)
        #expect(world.faults.isEmpty)
    }

    @Test func aFoldedSegmentWithARankThatHasLeftStillArrivesForTheOthers() {
        let world = World.built(WorldPlan(5, .kary(fanout: 2)))
        world.script = { rank, _ in
            var script = ProcessScript.printing("same\n")
            script.milliseconds = rank == Rank(3) ? 2_000 : 1
            return script
        }

        let id = world.runCommand(output: .fold)
        world.run(atMostMilliseconds: 500)
        world.kill(Rank(4))
        world.runUntilClosed(id)

        world.checkAccount(of: id, targets: world.everyone)
        world.checkStreams(of: id)
        #expect(world.ranks(of: id, .ok).count >= 4)
        #expect(world.outcomes(of: world.probe()) == [.ok: 4, .lost: 1])
        #expect(world.faults.isEmpty)
    }

    @Test func collectedFilesComeAsOneStream() {
        let world = World.built(WorldPlan(6))
        world.script = { rank, _ in .printing(String(repeating: "file of \(rank) ", count: 4_000)) }
        let id = world.submit(.collect(CollectTask(application: "app", paths: ["out"])), to: world.everyone)
        world.runUntilClosed(id)
        #expect(world.outcomes(of: id) == [.ok: 6])
        world.checkStreams(of: id)
        #expect(world.delivered.allSatisfy { $0.stream == .collection })
        #expect(world.faults.isEmpty)
    }

    /// Text in lines of uneven length; the same seed gives the same text.
    static func lines(seed: UInt64, bytes: Int) -> ByteBuffer {
        var generator = SplitMix64(seed: seed)
        var buffer = ByteBuffer()
        buffer.reserveCapacity(bytes)
        let line = [UInt8](repeating: UInt8(ascii: "a") + UInt8(seed % 26), count: 2_000)
        while buffer.readableBytes < bytes {
            let length = min(1 + generator.below(1_900), bytes - buffer.readableBytes)
            buffer.writeBytes(line[..<(length - 1)])
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
        return buffer
    }
}
