import NIOCore
import PlushSimulator
import PlushTree
import PlushWire
import Testing

@testable import PlushProtocol

/// The small machines, as tables.
@Suite struct MachineTests {
    private let id = OperationID(epoch: 1, sequence: 1)

    @Test func creditIsAnnouncedInQuartersAndNeverExceeded() {
        var window = CreditWindow(windowBytes: 100)
        let filled = [60, 40, 1].map { window.receive($0) }
        #expect(filled == [true, true, false])
        #expect(window.heldBytes == 100)
        let early = window.free(24)
        let refused = window.receive(1)
        #expect(early == nil && !refused, "nothing was announced yet")
        let announced = window.free(1)
        let refilled = [25, 1].map { window.receive($0) }
        #expect(announced == 125 && refilled == [true, false])
        let last = window.free(100)
        #expect(last == 225)
    }

    @Test func anOldAnnouncementChangesNothing() {
        var allowance = CreditAllowance(granted: 10)
        let first = [10, 1].map { allowance.use($0) }
        allowance.grant(upTo: 5)
        let second = allowance.use(1)
        allowance.grant(upTo: 15)
        let third = [6, 5, 1].map { allowance.use($0) }
        #expect(first == [true, false] && !second && third == [false, true, false])
    }

    private func segment(
        _ text: String, number: UInt32 = 0, rank: UInt32 = 0, tag: PlushWire.Tag? = nil, flags: OutputSegment.Flags = []
    ) -> OutputSegment {
        let bytes = ByteBuffer(string: text)
        return OutputSegment(
            operation: id, stream: .standardOutput, number: number, flags: flags,
            tag: tag ?? WorldTools.content.tag(bytes),
            body: Body(plain: bytes), ranks: RankSet(Rank(rank)))
    }

    @Test func equalSegmentsFoldAndOthersDoNot() {
        var fold = FoldBuffer()
        let child = OutputSource.child(LinkID(1))
        #expect(fold.add(segment("a", rank: 1), from: child) == .kept)
        #expect(fold.add(segment("a", rank: 2), from: child) == .merged)
        #expect(fold.add(segment("a", number: 1), from: child) == .kept)
        #expect(fold.add(segment("a", rank: 3, flags: .last), from: child) == .kept)
        #expect(fold.add(segment("b", rank: 4), from: child) == .kept)
        let forged = segment("z", rank: 5, tag: WorldTools.content.tag(ByteBuffer(string: "a")))
        #expect(fold.add(forged, from: child) == .distinct, "equal key, other bytes")
        #expect(fold.heldBytes == 4 * 65)
        #expect(fold.take(downTo: 195).map(\.segment.ranks) == [RankSet([Rank(1), Rank(2)])])
        #expect(fold.take(downTo: 0).map(\.segment.number) == [0, 0, 1], "lower numbers first")
        #expect(fold.isEmpty && fold.heldBytes == 0)
        #expect(fold.take(downTo: 0).isEmpty)
    }

    @Test func sourcesAreServedInTurn() {
        var queue = OutputQueue()
        let loud = OutputSource.child(LinkID(1))
        let quiet = OutputSource.child(LinkID(2))
        for number in 0..<3 { queue.add(segment("l", number: UInt32(number)), from: loud, in: .source(loud)) }
        queue.add(segment("q"), from: quiet, in: .source(quiet))
        #expect(queue.next() == nil, "no credit")
        queue.reset(granted: 65 * 3 + 64)
        #expect(queue.next()?.source == loud)
        #expect(queue.next()?.source == quiet)
        #expect(queue.next()?.source == loud)
        #expect(queue.next() == nil, "one byte is missing")
        queue.grant(upTo: 65 * 4)
        #expect(queue.next()?.segment.number == 2)
        #expect(queue.isEmpty)
    }

    private func cutter(lines: Bool) -> SegmentCutter {
        SegmentCutter(operation: id, stream: .standardOutput, rank: Rank(7), cutsLines: lines)
    }

    @Test func streamsAreCutAfterTheLastWholeLine() {
        var cutter = cutter(lines: true)
        #expect(cutter.add(ByteBuffer(string: "one"), tools: WorldTools.content).isEmpty)
        let first = cutter.add(ByteBuffer(string: " line\ntwo\nthr"), tools: WorldTools.content)
        #expect(first.map { String(buffer: $0.body.bytes) } == ["one line\ntwo\n"])
        let last = cutter.finish(tools: WorldTools.content)
        #expect(last.map { String(buffer: $0.body.bytes) } == "thr")
        #expect(last?.number == 1 && last?.flags == .last && last?.ranks == RankSet(Rank(7)))
    }

    @Test func foldedOutputIsCutBySizeAlone() {
        var pieces = cutter(lines: false)
        var whole = cutter(lines: false)
        let bytes = OutputTests.lines(seed: 5, bytes: 100_000)
        var rest = bytes
        var cut: [OutputSegment] = []
        while let piece = rest.readSlice(length: min(777, rest.readableBytes)), piece.readableBytes > 0 {
            cut += pieces.add(piece, tools: WorldTools.content)
        }
        cut += [pieces.finish(tools: WorldTools.content)!]
        let atOnce = whole.add(bytes, tools: WorldTools.content) + [whole.finish(tools: WorldTools.content)!]
        #expect(cut == atOnce && cut.count == 4)
        #expect(cut.dropLast().allSatisfy { $0.body.bytes.readableBytes == ProtocolLimits.segmentBytes })
    }

    @Test func aLineLongerThanASegmentIsCutInside() {
        var cutter = cutter(lines: true)
        let line = ByteBuffer(repeating: UInt8(ascii: "x"), count: ProtocolLimits.segmentBytes * 2 + 1)
        let cut = cutter.add(line, tools: WorldTools.content)
        #expect(cut.map(\.body.bytes.readableBytes) == [ProtocolLimits.segmentBytes, ProtocolLimits.segmentBytes])
        #expect(cutter.finish(tools: WorldTools.content)?.body.bytes.readableBytes == 1)
    }

    @Test func anEmptyStreamHasNoSegmentAndOneThatEndsWithALineHasAnEmptyLast() {
        var empty = cutter(lines: true)
        #expect(empty.finish(tools: WorldTools.content) == nil)
        var line = cutter(lines: true)
        #expect(line.add(ByteBuffer(string: "x\n"), tools: WorldTools.content).count == 1)
        #expect(line.finish(tools: WorldTools.content)?.body.bytes.readableBytes == 0)
    }

    @Test func ofEqualDeadlinesTheOneSetFirstFiresFirst() {
        var timers = TimerTable<String>()
        let at = { (milliseconds: UInt64) in Instant(nanoseconds: 0).advanced(byMilliseconds: milliseconds) }
        timers.set("b", at: at(5))
        timers.set("a", at: at(5))
        timers.set("c", at: at(3))
        timers.setIfIdle("c", at: at(1))
        #expect(timers.nextDeadline == at(3))
        #expect(timers.takeDue(at: at(2)) == nil)
        timers.set("c", at: at(9))
        #expect(timers.takeDue(at: at(5)) == "b")
        timers.cancel("a")
        #expect(timers.takeDue(at: at(8)) == nil)
        #expect(timers.takeDue(at: at(9)) == "c")
        #expect(timers.nextDeadline == nil)
    }

    @Test func theFirstOutcomeOfARankStays() {
        var rollup = Rollup()
        rollup.start(RankSet(count: 3))
        #expect(rollup.end(OutcomeBucket(outcome: .ok, ranks: RankSet(count: 2))) == RankSet(count: 2))
        #expect(rollup.end(OutcomeBucket(outcome: Outcome(.lost), ranks: RankSet(count: 3))) == RankSet(Rank(2)))
        #expect(rollup.buckets.map(\.ranks) == [RankSet(count: 2), RankSet(Rank(2))])
        let report = rollup.takeReport(for: id)
        #expect(report?.started == RankSet() && report?.buckets.count == 2)
        #expect(!rollup.hasNews)
        #expect(rollup.takeReport(for: id) == nil)
        rollup.end(OutcomeBucket(outcome: .ok, ranks: RankSet(Rank(9))))
        #expect(rollup.takeReport(for: id)?.buckets.map(\.ranks) == [RankSet(Rank(9))])
    }

    @Test func aHostIsPlacedOnlyBelowOneThatHasJoined() {
        var plan = LaunchPlan(shape: .kary(fanout: 2), count: 4, window: 2)
        let now = Instant(nanoseconds: 0)
        let hello = AgentHello(version: 1, key: WorldTools.signerKey, port: 1, processID: 1, build: "")
        let address = NetworkAddress.loopback(port: 1)
        #expect(plan.add(RankSet(count: 4), at: now) == [Rank(0), Rank(1)])
        let first = plan.hello(Rank(0), hello, address, at: now)
        #expect(first.placements == [.init(rank: Rank(0), parent: .controller)] && first.starts == [Rank(2)])
        #expect(plan.hello(Rank(2), hello, address, at: now).placements.isEmpty, "its parent has not joined")
        #expect(!plan.isPlaced(Rank(2), under: Rank(0)))
        #expect(plan.joined(Rank(0), under: .controller, at: now) == [.init(rank: Rank(2), parent: Rank(0))])
        #expect(plan.isPlaced(Rank(2), under: Rank(0)) && !plan.isPlaced(Rank(2), under: Rank(1)))
        #expect(plan.fail(Rank(1), at: now)?.placements.isEmpty == true)
        #expect(plan.fail(Rank(1), at: now) == nil, "once only")
        #expect(plan.fail(Rank(0), at: now) == nil, "it had joined")
        plan.depart(RankSet(Rank(0)))
        #expect(plan.hello(Rank(3), hello, address, at: now).placements == [.init(rank: Rank(3), parent: .controller)])
    }

    /// However often it is looked at, and whatever began in between.
    @Test func aHostIsOverdueWhenItsTimeIsUpAndNotBefore() {
        var plan = LaunchPlan(shape: .kary(fanout: 2), count: 6, window: 3)
        let hello = AgentHello(version: 1, key: WorldTools.signerKey, port: 1, processID: 1, build: "")
        func at(_ milliseconds: UInt64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }
        func overdue(_ milliseconds: UInt64) -> [UInt32] {
            plan.overdue(at: at(milliseconds), milliseconds: 1_000).map(\.rank.value)
        }
        _ = plan.add(RankSet(count: 6), at: at(0))
        #expect(overdue(100).isEmpty && overdue(999).isEmpty && overdue(1_000) == [0, 1, 2])
        // Rank 0 speaks at 1,050 and rank 3 begins; rank 1 gets a new time.
        #expect(plan.hello(Rank(0), hello, .loopback(port: 1), at: at(1_050)).starts == [Rank(3)])
        plan.waiting(Rank(1), for: "its password", at: at(1_500))
        #expect(overdue(1_900) == [2])
        #expect(plan.fail(Rank(2), at: at(1_900))?.starts == [Rank(4)])
        #expect(overdue(2_049).isEmpty && overdue(2_050) == [0, 3], "one attaches, one starts")
        _ = plan.joined(Rank(0), under: .controller, at: at(2_060))
        _ = plan.fail(Rank(3), at: at(2_060))
        #expect(overdue(2_499).isEmpty && overdue(2_500) == [1])
        // Ranks 4 and 5 are ready and wait for rank 1.
        _ = plan.hello(Rank(4), hello, .loopback(port: 1), at: at(2_550))
        _ = plan.hello(Rank(5), hello, .loopback(port: 1), at: at(2_600))
        #expect(overdue(3_700) == [1], "as long as another is under way, nobody's waiting is held against it")
    }

    @Test func theLogKeepsWhatIsOpenAndDropsTheRest() {
        var log = LogFollower()
        func operation(_ sequence: UInt32) -> LogRecord {
            .operation(
                Operation(
                    id: OperationID(epoch: 1, sequence: sequence), targets: TargetSet([]), expiryMilliseconds: 0,
                    reportIntervalMilliseconds: 0, task: .probe))
        }
        func settle(_ sequence: UInt32) -> LogRecord {
            .settle(Settlement(operation: OperationID(epoch: 1, sequence: sequence), buckets: [], isClosed: true))
        }
        let cancel = LogRecord.cancel(Cancel(operation: OperationID(epoch: 1, sequence: 1), ranks: RankSet()))
        var records = [operation(1), cancel, operation(2), settle(2)]
        for sequence in UInt32(3)..<400 { records += [operation(sequence), settle(sequence)] }
        for (index, record) in records.enumerated() {
            let batch = WorldTools.batch([record], first: UInt64(index + 1))
            #expect(log.arrive(batch) == .next([record]))
            #expect(log.arrive(batch) == .known)
        }
        let kept = log.batches(after: .start)
        #expect(kept.count == LogFollower.closedBatchesMax + 2)
        #expect(kept.prefix(3).map(\.firstIndex) == [1, 2, UInt64(records.count - LogFollower.closedBatchesMax + 1)])
        var late = LogFollower()
        late.expectReplay(upTo: log.applied.index)
        for batch in kept { if case .next = late.arrive(batch) {} else { Issue.record("\(batch.firstIndex) refused") } }
        #expect(late.applied == log.applied)
        #expect(late.arrive(WorldTools.batch([settle(9)], first: log.applied.index + 2)) != .known)
        _ = log.arrive(WorldTools.batch([settle(1)], first: log.applied.index + 1))
        #expect(log.batches(after: .start).count == LogFollower.closedBatchesMax)
    }

    @Test func theRootsAgeIsAnUpperBound() {
        var uplink = Uplink()
        let at = { (milliseconds: UInt64) in Instant(nanoseconds: 0).advanced(byMilliseconds: milliseconds) }
        uplink.start(at: at(1_000))
        #expect(uplink.opened(LinkID(1), to: Rank(3), incarnation: 1, at: at(1_100)).attempt == 1)
        #expect(uplink.opened(LinkID(3), to: Rank(4), incarnation: 1, at: at(1_100)).attempt == 2)
        let acceptance = AttachReply.Acceptance(
            path: [.controller], rootAgeMilliseconds: 0, overlayMilliseconds: 5_000, credit: 0, logIndex: 0)
        #expect(uplink.commit(acceptance, on: LinkID(2), at: at(1_150)) == nil, "another link")
        #expect(uplink.commit(acceptance, on: LinkID(1), at: at(1_150)) != nil)
        #expect(uplink.rootAgeMilliseconds(at: at(1_150)) == 50, "as old as the question")
        let reply = HeartbeatReply(echoMilliseconds: 2_000, rootAgeMilliseconds: 300, lagMilliseconds: 0, path: [])
        _ = uplink.note(reply, sentAt: at(2_000), at: at(2_050))
        #expect(uplink.rootAgeMilliseconds(at: at(2_100)) == 400)
        _ = uplink.note(
            HeartbeatReply(echoMilliseconds: 0, rootAgeMilliseconds: .max, lagMilliseconds: 0, path: []),
            sentAt: at(2_050), at: at(2_060))
        #expect(uplink.rootAgeMilliseconds(at: at(2_100)) == 400, "older news change nothing")
        // At 3100 the root's clock shows at most 5001 + 2000 + 1, and a little for drift.
        uplink.noteBeacon(overlayMilliseconds: 6_990, at: at(3_100))
        #expect((12...14).contains(uplink.rootAgeMilliseconds(at: at(3_100))))
        #expect(uplink.rootAgeMilliseconds(at: Instant(nanoseconds: 3_100_000_001)) >= 13)
    }
}
