import NIOCore
import PlushTree
import PlushWire
import Testing

/// The messages and records of barriers, byte by byte.
@Suite struct BarrierWireTests {
    private static let key = BarrierKey(application: "a", name: "b")
    private static let ranks = RankSet(count: 4)

    static let messages: [Golden<Message>] = [
        Golden(
            "barrier entries",
            .barrierEntries(
                BarrierEntries(
                    key: key, generation: 3,
                    arrivals: [
                        BarrierEntries.Arrivals(ageMilliseconds: 300, ranks: ranks),
                        BarrierEntries.Arrivals(ageMilliseconds: 0, ranks: Samples.ranks(9)),
                    ])),
            "00000010 40  01 61 01 62  03  02  ac02 02 00 03  00 02 09 00"),
        Golden(
            "permits",
            .permits(
                PermitLease(
                    key: key, generation: 3, tokens: ranks, grant: 300, expiryMilliseconds: 5_000, recalled: 2)),
            "0000000e 41  01 61 01 62  03  02 00 03  ac02  8827  02"),
        Golden(
            "permit report",
            .permitReport(
                PermitReport(
                    key: key, generation: 3, passed: ranks, finished: Samples.ranks(1), returned: Samples.ranks(8),
                    adopted: [PermitReport.Held(tokens: Samples.ranks(5), grant: 7)])),
            "00000015 42  01 61 01 62  03  02 00 03  02 01 00  02 08 00  00  01 02 05 00 07"),
        Golden(
            "application report",
            .applicationReport(
                ApplicationReport(
                    operation: Samples.operation,
                    words: [
                        ApplicationReport.Word(progress: 400, text: "", ranks: Samples.ranks(5)),
                        ApplicationReport.Word(progress: nil, text: "hi", ranks: ranks),
                    ])),
            "00000012 43  01 02  02  01 9003 00 02 05 00  00 02 6869 02 00 03"),
    ]

    static let records: [Golden<LogRecord>] = [
        Golden(
            "barrier",
            .barrier(
                BarrierOpening(
                    key: key, participants: TargetSet([TargetSet.Group(incarnation: 1, ranks: ranks)]),
                    members: [BarrierOpening.Member(application: "p.c.w", processes: 2)],
                    reportIntervalMilliseconds: 100, throttle: .permits, refusesLatecomers: true)),
            "40  01 61 01 62  01 01 02 00 03  01 05 702e632e77 02  64  01  01"),
        Golden("drop", .drop(BarrierDrop(key: key, ranks: Samples.ranks(5))), "41  01 61 01 62  02 05 00"),
        Golden("close barriers", .closeBarriers("a"), "42  01 61"),
        Golden(
            "gated run",
            Samples.operation(
                .gated(Gate(barrier: key, after: [OperationID(epoch: 1, sequence: 1)]), Samples.run)),
            """
            01  01 02  01 01 02 00 03  e0d403  fa01  40  01 61 01 62  01  01 01 01
            01 61  02 02 6c73 02 2d6c  01 01 4b 01 76  00  e807  64  02  01 01 62
            """),
    ]

    @Test(arguments: messages)
    func messagesAreTheirGoldenBytes(golden: Golden<Message>) throws {
        #expect(frame(golden.value) == golden.bytes)
        var input = buffer(golden.bytes)
        let cut = try #require(try FrameDecoder().next(from: &input))
        #expect(try Message(type: cut.type, payload: cut.payload) == golden.value)
    }

    @Test(arguments: records)
    func recordsAreTheirGoldenBytes(golden: Golden<LogRecord>) throws {
        #expect(encode(golden.value) == golden.bytes)
        #expect(try decode(LogRecord.self, golden.bytes) == golden.value)
    }

    @Test func theTypesStandApartFromThoseOfTheTree() {
        #expect(Self.messages.map(\.value.type) == [0x40, 0x41, 0x42, 0x43])
        #expect(Self.records.prefix(3).map { $0.bytes[0] } == [0x40, 0x41, 0x42])
    }

    @Test(arguments: messages)
    func everyCutIsRefused(golden: Golden<Message>) {
        for length in 5..<(golden.bytes.count - 1) {
            #expect(throws: WireError.self) {
                _ = try decodeMessage(type: golden.bytes[4], payload: Array(golden.bytes[5...length]))
            }
        }
    }

    @Test func progressAboveOneIsRefused() {
        let word = ApplicationReport.Word(progress: 1_001, text: "", ranks: Samples.ranks(1))
        let bytes = encode(ApplicationReport(operation: Samples.operation, words: [word]))
        #expect(refusal { () throws(WireError) in try decode(ApplicationReport.self, bytes) } == .malformed)
    }

    @Test func anUnknownThrottleIsRefused() {
        let bytes = hex("01 61 01 62  01 01 02 00 03  00  64  03  00")
        #expect(refusal { () throws(WireError) in try decode(BarrierOpening.self, bytes) } == .malformed)
    }
}
