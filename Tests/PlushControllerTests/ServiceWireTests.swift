import NIOCore
import PlushTree
import Testing

@testable import PlushController
@testable import PlushWire

/// Frames of the socket of an overlay: what is written is read, and nothing else is.
@Suite struct ServiceWireTests {
    private static var exec: ExecRequest {
        var request = ExecRequest(words: ["echo", "ä b", ""], targets: RankSet([Rank(1), Rank(2), Rank(9)]))
        request.foldsOutput = true
        request.commandMilliseconds = 5
        request.deadlineMilliseconds = 6
        request.graceMilliseconds = 7
        request.commandsMax = 8
        request.progressMilliseconds = 9
        request.hasInput = true
        request.isDetached = true
        return request
    }

    static let requests: [ServiceRequest] = [
        .hello(version: ServiceLimits.version, build: "1.2.3"), .exec(exec),
        .input(ByteBuffer(bytes: [0, 255, 10])), .inputEnd, .follow(operation: 300, waits: true), .interrupt, .jobs,
        .wait(operation: 1), .kill(operation: UInt32.max), .status, .tree, .hosts, .end,
        .missing(operation: 9),
    ]

    private static let summary = Summary(
        targets: RankSet(count: 3),
        buckets: [
            Summary.Bucket(outcome: .ok, ranks: RankSet(count: 2)),
            Summary.Bucket(outcome: Outcome(.failed, code: -9, detail: "d"), ranks: RankSet(Rank(2))),
        ], forgiven: RankSet(), isInterrupted: true, truncated: RankSet(Rank(1)), seconds: 1.25)

    static let events: [ControllerEvent] = [
        .phase(.execution, detail: "x"),
        .progress(
            ControllerEvent.Progress(phase: .launch, total: 9, started: 8, ended: 7, outcomes: [.ok: 5, .lost: 2])),
        .joined(Rank(3), parent: .controller), .unreachable(RankSet(Rank(4)), cause: "c", remedy: "r"),
        .lost(RankSet(Rank(5)), relay: Rank(5), path: [.controller, Rank(5)], cause: "gone"),
        .replaced(Rank(1), by: Rank(2)), .started(name: "n", ranks: RankSet(count: 4)),
        .output(
            ControllerEvent.Output(
                name: "", ranks: RankSet(count: 2), isError: true, number: 3, bytes: [1, 0, 254], isLast: true)),
        .outcome(name: "n", phase: .cleanup, outcome: Outcome(.timedOut), ranks: RankSet(Rank(0))),
        .barrier(
            ControllerEvent.Barrier(
                name: "b", generation: 2, state: .late, ranks: RankSet(count: 1), missing: RankSet(Rank(7)))),
        .said(ControllerEvent.Saying(name: "n", ranks: RankSet(Rank(1)), progressThousandths: 0, text: "")),
        .said(ControllerEvent.Saying(name: "n", ranks: RankSet(Rank(1)), progressThousandths: nil, text: "t")),
        .warning("w"), .moved(Rank(2), from: .controller, to: Rank(1)),
        .away(RankSet(count: 3), relay: Rank(0), cause: "c"), .returned(RankSet(Rank(1))), .retired(RankSet(Rank(9))),
    ]

    private static let description = OverlayDescription(
        name: "lab", hostCount: 20, joinedCount: 19, shape: "kary:16", process: 77, build: "b", seconds: 5,
        runningCount: 1)

    static var replies: [ServiceReply] {
        let job = OverlayJob(
            number: 4, command: "sleep 1", state: .ended, targets: RankSet(count: 3), startedCount: 3, endedCount: 2,
            seconds: 9, keptBytes: 10, droppedBytes: 11, summary: summary)
        let status = OverlayStatus(
            overlay: description, joined: RankSet(count: 19),
            lost: [OverlayStatus.Fault(ranks: RankSet(Rank(19)), cause: "c", remedy: "r")], unreachable: [],
            depths: [RankSet(count: 16), RankSet(Rank(16))], relays: RankSet(Rank(0)), fanout: 16,
            builds: [OverlayStatus.Share(value: "v", ranks: RankSet(count: 19))], residentBytes: 1, messages: 2,
            messageBytes: 3)
        return [
            .welcome(description), .failure(ControllerError(.usage, "m", remedy: "r"), isFinal: true), .accepted(7),
            .ended(summary), .caughtUp, .jobs([job, job]), .status(status),
            .tree([TreeEdge(child: Rank(1), incarnation: 1, parent: .controller)]),
            .hosts(names: ["a", "b"], fullNames: ["me@a", "b:22"]), .hosts(names: ["a"], fullNames: ["a"]), .done,
            .ranks(RankSet(count: 5)),
        ] + events.map { .event($0) }
    }

    private func frames(_ bytes: ByteBuffer, step: Int) throws -> [FrameDecoder.Frame] {
        var (input, rest, frames) = (ByteBuffer(), bytes, [FrameDecoder.Frame]())
        while var piece = rest.readSlice(length: min(step, max(1, rest.readableBytes))) {
            input.writeBuffer(&piece)
            while let frame = try FrameDecoder(frameBytesMax: ServiceLimits.requestBytesMax).next(from: &input) {
                frames.append(frame)
            }
        }
        #expect(input.readableBytes == 0)
        return frames
    }

    @Test(arguments: [1, 7, 4096]) func requestsArriveHoweverTheyAreCut(step: Int) throws {
        var bytes = ByteBuffer()
        for request in Self.requests { bytes.writeImmutableBuffer(request.encode()) }
        #expect(try frames(bytes, step: step).map { try ServiceRequest($0) } == Self.requests)
    }

    @Test func repliesSayTheSameAgain() throws {
        for reply in Self.replies {
            let bytes = reply.encode()
            let frame = try #require(try frames(bytes, step: 5).first)
            #expect(try ServiceReply(frame).encode() == bytes, "\(reply)")
        }
    }

    /// Every shorter payload is refused, every longer one too, and none is a trap.
    @Test func cutAndGrownPayloadsAreRefused() throws {
        for bytes in Self.requests.map({ $0.encode() }) + Self.replies.map({ $0.encode() }) {
            let frame = try #require(try frames(bytes, step: 1 << 20).first)
            for length in 0..<frame.payload.readableBytes {
                let payload = try #require(frame.payload.getSlice(at: frame.payload.readerIndex, length: length))
                #expect(throws: WireError.self, "\(frame.type) cut to \(length)") {
                    try read(FrameDecoder.Frame(type: frame.type, payload: payload))
                }
            }
            var longer = frame.payload
            longer.writeInteger(UInt8(0))
            #expect(throws: WireError.self, "\(frame.type) grown") {
                try read(FrameDecoder.Frame(type: frame.type, payload: longer))
            }
        }
    }

    private func read(_ frame: FrameDecoder.Frame) throws {
        if frame.type < 128 { _ = try ServiceRequest(frame) } else { _ = try ServiceReply(frame) }
    }

    @Test func anotherVersionIsReadWhateverItSaysBesides() throws {
        let frame = FrameDecoder.Frame(type: 1, payload: ByteBuffer(bytes: [0, 9, 1, 2, 3]))
        #expect(try ServiceRequest(frame) == .hello(version: 9, build: ""))
    }

    @Test func whatIsNoRequestIsRefused() {
        for type in [UInt8(0), 15, 127, 128, 255] {
            #expect(throws: WireError(.unknownType, "request")) {
                try ServiceRequest(FrameDecoder.Frame(type: type, payload: ByteBuffer()))
            }
        }
        for (words, targets) in [([], RankSet(count: 1)), (["true"], RankSet())] {
            let frame = ServiceFrame.encode(2) { ExecRequest(words: words, targets: targets).write(to: &$0) }
            #expect(throws: WireError.self) {
                try ServiceRequest(try #require(try frames(frame, step: 64).first))
            }
        }
    }

    /// Bytes of a seeded generator, as payloads of every type: refused or read, never a trap, and never much memory.
    @Test func randomPayloadsAreRefusedOrRead() {
        var state: UInt64 = 42
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        var refused = 0
        for _ in 0..<20_000 {
            let type = UInt8(next() % 20) + (next() % 2 == 0 ? 0 : 128)
            let bytes = (0..<next() % 40).map { _ in UInt8(truncatingIfNeeded: next()) }
            do {
                try read(FrameDecoder.Frame(type: type, payload: ByteBuffer(bytes: bytes)))
            } catch {
                refused += 1
            }
        }
        #expect(refused > 15_000)
    }

    @Test func wordsAreCutAtACharacter() {
        #expect("abc".cut(toBytes: 3) == "abc")
        #expect("aäb".cut(toBytes: 2) == "a")
        #expect("aäb".cut(toBytes: 3) == "aä")
        #expect("👩‍👩‍👧".cut(toBytes: 6).utf8.count <= 6)
    }
}
