import NIOCore
import PlushSimulator
import PlushTree
import PlushWire
import Testing

@testable import PlushProtocol

@Suite struct TransferTests {
    static let files: [(path: String, content: ByteBuffer)] = [
        ("bin/tool", OutputTests.lines(seed: 1, bytes: 300_000)), ("empty", ByteBuffer()),
        ("data", OutputTests.lines(seed: 2, bytes: 64 << 10)), ("small", ByteBuffer(string: "x")),
    ]

    @Test(arguments: [TreeShape.kary(fanout: 2), .kary(fanout: 5), .flat, .chain])
    func filesArriveEverywhere(shape: TreeShape) {
        let world = World.built(WorldPlan(13, shape))
        let id = world.sendFiles(Self.files, to: world.everyone)
        #expect(world.runUntilClosed(id))
        #expect(world.outcomes(of: id) == [.ok: 13])
        for host in world.hosts {
            for file in Self.files { #expect(host.installed[file.path] == file.content) }
        }
        world.run(atMostMilliseconds: 5_000)
        #expect(world.hosts.allSatisfy { $0.files.isEmpty }, "spools are forgotten once the operation is settled")
        #expect(world.faults.isEmpty)
    }

    @Test func anEmptyManifestIsDoneAtOnce() {
        let world = World.built(WorldPlan(5))
        let id = world.sendFiles([], to: world.everyone)
        #expect(world.runUntilClosed(id))
        #expect(world.outcomes(of: id) == [.ok: 5])
        #expect(world.faults.isEmpty)
    }

    @Test func relaysThatAreNoTargetsPassFilesOnAndInstallNothing() {
        let world = World.built(WorldPlan(15))
        let targets = RankSet([Rank(9), Rank(14)])
        let id = world.sendFiles(Self.files, to: targets)
        #expect(world.runUntilClosed(id))
        #expect(world.outcomes(of: id) == [.ok: 2])
        for host in world.hosts { #expect(host.installed.isEmpty == !targets.contains(host.rank)) }
        #expect(world.faults.isEmpty)
    }

    @Test func twoTransfersAtOnceBothArrive() {
        let world = World.built(WorldPlan(9))
        let first = world.sendFiles(Self.files, to: world.everyone)
        let second = world.sendFiles([("more", OutputTests.lines(seed: 3, bytes: 900_000))], to: world.everyone)
        #expect(world.runUntilClosed(first) && world.runUntilClosed(second))
        #expect(world.outcomes(of: first) == [.ok: 9])
        #expect(world.outcomes(of: second) == [.ok: 9])
        #expect(world.faults.isEmpty)
    }

    @Test func aFullDiskFailsItsOwnRankOnlyAndTheChunksArePassedOn() {
        let world = World.built(WorldPlan(7))
        world.host(Rank(0)).fileScript = .fullFrom(chunk: 2)
        world.host(Rank(4)).fileScript = .cannotPrepare("read-only file system")
        world.host(Rank(5)).fileScript = .cannotFinish("a directory is in the way")
        let id = world.sendFiles(Self.files, to: world.everyone)
        #expect(world.runUntilClosed(id))
        #expect(world.outcomes(of: id) == [.ok: 4, .failed: 3])
        #expect(world.detail(of: id, rank: 0) == "no space left on device")
        #expect(world.detail(of: id, rank: 4) == "read-only file system")
        #expect(world.detail(of: id, rank: 5) == "a directory is in the way")
        #expect(world.host(Rank(2)).installed["data"] == Self.files[2].content)
        #expect(world.faults.isEmpty)
    }

    @Test func aForgedChunkClosesTheLinkItCameOverAndComesFromSomebodyElse() {
        let world = World.built(WorldPlan(7))
        world.tamper = { from, to, message in
            guard case .chunk(let chunk) = message, from == .host(Rank(1)), to == .host(Rank(5)), chunk.number == 1
            else { return [message] }
            let forged = ByteBuffer(repeating: 0x66, count: chunk.body.bytes.readableBytes)
            return [.chunk(FileChunk(operation: chunk.operation, number: 1, body: Body(plain: forged)))]
        }
        let id = world.sendFiles(Self.files, to: world.everyone)
        #expect(world.runUntilClosed(id))
        #expect(world.outcomes(of: id) == [.ok: 7])
        #expect(world.parentInTree(of: 5) != Rank(1))
        #expect(world.closures.first?.reason.contains("not what the manifest says") == true)
        #expect(world.host(Rank(5)).installed["data"] == Self.files[2].content)
        #expect(world.faults.isEmpty)
    }

    @Test func aFrozenChildDoesNotDelayItsSiblings() {
        func duration(freezing frozen: Rank?) -> UInt64 {
            var plan = WorldPlan(9, .kary(fanout: 3))
            plan.cost.bytesPerSecond = 100_000_000
            let world = World.built(plan)
            if let frozen { world.freeze(frozen) }
            let began = world.now
            let content = OutputTests.lines(seed: 9, bytes: 4 << 20)
            world.sendFiles([("big", content)], to: world.everyone)
            let others = world.hosts.filter { host in
                frozen.map { host.rank != $0 && world.parentInTree(of: host.rank.value) != $0 } ?? true
            }
            #expect(world.run(atMostMilliseconds: 9_000) { others.allSatisfy { $0.installed["big"] == content } })
            #expect(world.faults.isEmpty)
            return world.now - began
        }
        let undisturbed = duration(freezing: nil)
        for frozen in [Rank(1), Rank(4), Rank(8)] {
            #expect(Double(duration(freezing: frozen)) <= 1.1 * Double(undisturbed), "rank \(frozen)")
        }
    }

    @Test func aChildThatWasFrozenCatchesUpFromTheSpool() {
        let world = World.built(WorldPlan(6))
        world.freeze(Rank(0))
        let content = OutputTests.lines(seed: 9, bytes: 3 << 20)
        let id = world.sendFiles([("big", content)], to: world.everyone)
        world.run(atMostMilliseconds: 4_000)
        world.thaw(Rank(0))
        #expect(world.runUntilClosed(id))
        #expect(world.outcomes(of: id) == [.ok: 6])
        #expect(world.hosts.allSatisfy { $0.installed["big"] == content })
        #expect(world.faults.isEmpty)
    }

    @Test func aCancelledTransferEnds() {
        var plan = WorldPlan(6)
        plan.cost.bytesPerSecond = 1_000_000
        let world = World.built(plan)
        let id = world.sendFiles([("big", OutputTests.lines(seed: 9, bytes: 1 << 20))], to: world.everyone)
        world.run(atMostMilliseconds: 300)
        world.cancel(id)
        #expect(world.runUntilClosed(id))
        #expect(world.outcomes(of: id) == [.failed: 6])
        #expect(world.detail(of: id, rank: 3) == "cancelled")
        #expect(world.outcomes(of: world.probe()) == [.ok: 6])
        #expect(world.faults.isEmpty)
    }
}
