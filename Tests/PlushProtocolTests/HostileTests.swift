import NIOCore
import OrderedCollections
import PlushSimulator
import PlushTree
import PlushWire
import Testing

@testable import PlushProtocol

/// Peers with a certificate that lie: only their own link is harmed.
@Suite struct HostileTests {
    private static let id = OperationID(epoch: 1, sequence: 1)

    private static func run(_ id: OperationID = id) -> LogRecord {
        let task = RunTask(
            application: "app", arguments: ["x"], environment: [], workingDirectory: "", timeoutMilliseconds: 0,
            graceMilliseconds: 0, output: .stream)
        let targets = TargetSet([TargetSet.Group(incarnation: 1, ranks: RankSet(count: 10))])
        return .operation(
            Operation(id: id, targets: targets, expiryMilliseconds: 0, reportIntervalMilliseconds: 0, task: .run(task)))
    }

    static let badBatches: [(name: String, batches: [SignedBatch], reason: String)] = [
        ("bad signature", [WorldTools.batch([run()], first: 1, key: WorldTools.overlayKey)], "bad signature"),
        ("old epoch", [WorldTools.batch([run()], first: 1, epoch: 0)], "epoch 0"),
        (
            "gap", [WorldTools.batch([.controllers(RankSet())], first: 1), WorldTools.batch([run()], first: 5)],
            "after 1"
        ),
        (
            "undecodable",
            [WorldTools.batch([.controllers(RankSet())], first: 1), Self.undecodable], "record"
        ),
    ]

    private static var undecodable: SignedBatch {
        let records = ByteBuffer(bytes: [99, 1, 2])
        let bytes = SignedBatch.signedBytes(
            overlay: WorldTools.overlay, epoch: 1, firstIndex: 2, count: 1, previous: .zero, records: records)
        return SignedBatch(
            epoch: 1, firstIndex: 2, count: 1, previous: .zero, records: records,
            signature: WorldTools.signAsController(bytes))
    }

    @Test(arguments: badBatches.indices)
    func aBadBatchClosesTheParentLinkAndRunsNothing(index: Int) {
        let (name, batches, reason) = Self.badBatches[index]
        let world = World.built(WorldPlan(4))
        let link = world.uplink(of: 1)!
        for batch in batches { world.say(.log(batch), asParentOf: link) }
        world.run(atMostMilliseconds: 1_000)
        #expect(world.spawns.isEmpty, "\(name)")
        #expect(world.closures.first?.party == .host(Rank(1)))
        #expect(world.closures.first?.reason.contains(reason) == true, "\(world.closures)")
        let probe = world.probe()
        if batches.count == 1 {
            #expect(world.outcomes(of: probe) == [.ok: 4], "it has found another parent")
        } else {
            // It took something for the log that no root has written, and is deaf to what has that place.
            let known = world.controller.outcomes(of: probe).first { $0.outcome == .ok }
            #expect(known?.ranks == world.everyone.subtracting(RankSet(Rank(1))))
        }
    }

    @Test func aReplayedBatchRunsNothingASecondTime() {
        let world = World.built(WorldPlan(3, .chain))
        let id = world.runCommand()
        world.runUntilClosed(id)
        for rank in 0..<3 { world.say(.log(world.journal[0]), asParentOf: world.uplink(of: UInt32(rank))!) }
        world.run(atMostMilliseconds: 1_000)
        #expect(world.spawns.values.allSatisfy { $0 == 1 })
        #expect(world.closures.isEmpty)
        #expect(world.outcomes(of: world.probe()) == [.ok: 3])
    }

    /// What a lying child (rank 2, below rank 0) may say, and whether its link survives that.
    static let lies: [(name: String, messages: [Message], isClosed: Bool)] = [
        (
            "a parent's message",
            [
                .beacon(
                    Beacon(
                        epoch: 1, sequence: 1, overlayMilliseconds: 0, logIndex: 0, rosterVersion: 0,
                        signature: Signature(zeros: ())))
            ],
            true
        ),
        ("a record", [.log(WorldTools.batch([run()], first: 1))], true),
        ("commit without attach", [.attachCommit(AttachStamp(incarnation: 1, attempt: 9))], true),
        (
            "the controller's rank",
            [
                .subtree(
                    SubtreeReport(
                        joined: [TreeEdge(child: .controller, incarnation: 1, parent: Rank(2))]))
            ], true
        ),
        (
            "its parent's rank",
            [
                .subtree(
                    SubtreeReport(
                        joined: [TreeEdge(child: Rank(0), incarnation: 1, parent: Rank(2))]))
            ], true
        ),
        (
            "its sibling's rank",
            [
                .subtree(
                    SubtreeReport(
                        joined: [TreeEdge(child: Rank(3), incarnation: 1, parent: Rank(2))]))
            ], false
        ),
        (
            "a rank from elsewhere",
            [
                .subtree(
                    SubtreeReport(
                        joined: [TreeEdge(child: Rank(4), incarnation: 1, parent: Rank(2))]))
            ], false
        ),
        (
            "the end of its sibling",
            [
                .subtree(
                    SubtreeReport(departed: [
                        SubtreeReport.Departure(
                            ranks: RankSet([Rank(3), Rank(1), Rank(0)]), through: Rank(3), reporter: Rank(2),
                            cause: "lie")
                    ]))
            ], false
        ),
        (
            "foreign outcomes",
            [
                .results(
                    ResultReport(
                        operation: id, started: RankSet(),
                        buckets: [
                            OutcomeBucket(
                                outcome: Outcome(.failed, code: 9),
                                ranks: RankSet([Rank(0), Rank(1), Rank(3), Rank(4)]))
                        ]))
            ], false
        ),
        (
            "an unknown operation",
            [
                .results(
                    ResultReport(
                        operation: OperationID(epoch: 1, sequence: 77), started: RankSet(count: 9), buckets: []))
            ], false
        ),
        ("foreign output", [.output(segment(ranks: RankSet([Rank(3), Rank(1)]), bytes: 10))], false),
        (
            "output of an unknown operation",
            [
                .output(
                    segment(
                        OperationID(epoch: 1, sequence: 77), ranks: RankSet(Rank(2)), bytes: 10))
            ], false
        ),
        (
            "more output than credit",
            (0..<9).map {
                .output(segment(ranks: RankSet(Rank(3)), bytes: 32 << 10, number: UInt32($0) + 900))
            }, false
        ),
        ("a segment that nobody cuts", [.output(segment(ranks: RankSet(Rank(2)), bytes: 40 << 10))], true),
        (
            "attach twice",
            [
                .attach(
                    AttachSummary(
                        stamp: AttachStamp(incarnation: 1, attempt: 1), highestEpoch: 1, applied: .start,
                        rosterVersion: 0,
                        subtree: [TreeEdge(child: Rank(2), incarnation: 1, parent: Rank(0))]))
            ], false
        ),
    ]

    private static func segment(
        _ id: OperationID = id, ranks: RankSet, bytes: Int, number: UInt32 = 0
    ) -> OutputSegment {
        OutputSegment(
            operation: id, stream: .standardOutput, number: number, flags: [], tag: .zero,
            body: Body(plain: ByteBuffer(repeating: 1, count: bytes)), ranks: ranks)
    }

    @Test(arguments: lies.indices)
    func aLyingChildHarmsNoOtherLink(index: Int) {
        let (name, messages, isClosed) = Self.lies[index]
        let world = World.built(WorldPlan(6))
        world.script = { _, _ in .running(milliseconds: 1_000) }
        let id = world.runCommand()
        world.run(atMostMilliseconds: 300)
        for message in messages { world.say(message, asChildOf: world.uplink(of: 2)!) }
        world.runUntilClosed(id)
        #expect(world.closures.isEmpty == !isClosed, "\(name): \(world.closures)")
        #expect(world.closures.first.map { $0.party == .host(Rank(0)) && $0.peer == .host(Rank(2)) } ?? true)
        #expect(world.ranks(of: id, .ok) == world.everyone, "\(name)")
        #expect(world.delivered.allSatisfy { $0.ranks == RankSet(Rank(2)) })
        world.checkAccount(of: id, targets: world.everyone)
        let probe = world.probe()
        #expect(world.ranks(of: probe, .ok) == world.everyone, "\(name), afterwards")
        #expect(world.faults.isEmpty)
    }

    @Test func outputBeyondCreditClosesTheLinkAlsoAtTheRoot() {
        for rank in [UInt32(0), 2] {
            let world = World.built(WorldPlan(6))
            world.isConsuming = false
            world.script = { _, _ in .running(milliseconds: 5_000) }
            let id = world.runCommand()
            world.run(atMostMilliseconds: 100)
            for number in 0..<40 {
                let lie = Self.segment(id, ranks: RankSet(Rank(rank)), bytes: 32 << 10, number: UInt32(number))
                world.say(.output(lie), asChildOf: world.uplink(of: rank)!)
            }
            world.run(atMostMilliseconds: 1_000)
            #expect(world.closures.count == 1)
            #expect(world.closures.first?.reason == "sent more output than it was given credit for")
            #expect(world.closures.first?.peer == .host(Rank(rank)))
            world.consumeAgain()
            #expect(world.runUntilClosed(id))
            world.checkAccount(of: id, targets: world.everyone)
        }
    }

    @Test func aHigherStampDisplacesTheOlderLinkAndALowerOneDoesNot() {
        let world = World.built(WorldPlan(2, .flat))
        let old = world.uplink(of: 1)!
        func attach(attempt: UInt32) -> WorldLink {
            let link = world.impostor(1, to: .controller)
            let stamp = AttachStamp(incarnation: 1, attempt: attempt)
            var edge = TreeEdge(child: Rank(1), incarnation: 1, parent: .controller, attempt: attempt)
            edge.proof = WorldTools.content(provingWith: world.host(Rank(1)).key).prove(
                edge.statement(overlay: WorldTools.overlay), WorldTools.rootKey)
            world.say(
                .attach(
                    AttachSummary(
                        stamp: stamp, highestEpoch: 1, applied: .start, rosterVersion: 0, subtree: [edge])),
                asChildOf: link)
            world.say(.attachCommit(stamp), asChildOf: link)
            world.run(atMostMilliseconds: 10)
            return link
        }
        let same = attach(attempt: 1)
        #expect(same.isClosing && !old.isClosing)
        let higher = attach(attempt: 2)
        #expect(old.isClosing && !higher.isClosing)
        #expect(world.closures.contains { $0.reason == "displaced by a later attach" })
        #expect(world.controller.children.attachedCount == 2)
        #expect(world.controller.joined == world.everyone)
    }

    @Test func anAttachOfAnotherIncarnationOrForAnotherRankIsRefused() {
        let world = World.built(WorldPlan(4))
        let wrong: [(AttachStamp, [TreeEdge])] = [
            (AttachStamp(incarnation: 2, attempt: 5), [TreeEdge(child: Rank(3), incarnation: 2, parent: Rank(0))]),
            (AttachStamp(incarnation: 1, attempt: 5), [TreeEdge(child: Rank(1), incarnation: 1, parent: Rank(0))]),
            (
                AttachStamp(incarnation: 1, attempt: 5),
                [
                    TreeEdge(child: Rank(3), incarnation: 1, parent: Rank(0)),
                    TreeEdge(child: .controller, incarnation: 1, parent: Rank(3)),
                ]
            ),
        ]
        for (stamp, edges) in wrong {
            let link = world.impostor(3, to: .host(Rank(0)))
            world.say(
                .attach(
                    AttachSummary(
                        stamp: stamp, highestEpoch: 1, applied: .start, rosterVersion: 0, subtree: edges)),
                asChildOf: link)
            world.run(atMostMilliseconds: 10)
            #expect(link.isClosing)
        }
        #expect(world.closures.count == 3)
        #expect(world.outcomes(of: world.probe()) == [.ok: 4])
    }

    @Test func certificatesThatAreVoidAreRefused() {
        let world = World.built(WorldPlan(2, .flat))
        let node = world.host(Rank(0)).node!
        let now = world.localNow(world.host(Rank(0)))
        let key = world.host(Rank(1)).key
        let good = world.controller.certificate(rank: Rank(1), incarnation: 1, key: key, capabilities: [.relay])
        #expect(node.refusalOfChild(good, key: key, at: now) == nil)
        #expect(
            node.refusalOfParent(good, key: key, dialled: Rank(7), at: now) == "rank 1 answered in place of 7")
        #expect(node.refusalOfParent(good, key: key, dialled: Rank(1), at: now) == nil)
        #expect(node.refusalOfChild(good, key: world.host(Rank(0)).key, at: now) == "certificate of another key")
        var forged = good
        forged.signature = Signature(zeros: ())
        #expect(node.refusalOfChild(forged, key: key, at: now) == "certificate with a bad signature")
        let root = world.controller.ownCertificate()
        #expect(node.refusalOfChild(root, key: root.key, at: now) == "the root does not attach to an agent")
        let late = now.advanced(byMilliseconds: ProtocolLimits.certificateMilliseconds)
        #expect(node.refusalOfChild(good, key: key, at: late) == "expired certificate")
        #expect(world.controller.refusalOfChild(forged, key: key, at: Instant(nanoseconds: world.now)) != nil)
    }
}
