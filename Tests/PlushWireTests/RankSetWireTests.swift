import PlushTree
import PlushWire
import Testing

@Suite struct RankSetWireTests {
    private typealias Range = RankSet.Range

    @Test(arguments: [
        ("", "00"), ("5", "02 05 00"), ("0-7,9", "04 00 07 01 00"), ("0-999", "02 00 e707"),
        ("controller", "02 ffffffff0f 00"), ("0-4294967295", "02 00 ffffffff0f"),
        ("0,controller", "04 00 00 feffffff0f 00"), ("4294967294-4294967295", "02 feffffff0f 01"),
        // Nine single ranks: 18 bytes as ranges, 5 as a bitmap.
        ("1,3,5,7,9,11,13,15,17", "13 01 03 555501"),
        // Eight ranks stay ranges, as do nine that lie far apart.
        ("0,2,4,6,8,10,12,14", "10 00 00 01 00 01 00 01 00 01 00 01 00 01 00 01 00"),
        ("0,99,199,299,399,499,599,699,799", "12 00 00 62 00 63 00 63 00 63 00 63 00 63 00 63 00 63 00"),
    ])
    func setsAreTheirGoldenBytes(text: String, bytes: String) throws {
        let set = try #require(RankSet(text))
        #expect(encode(set) == hex(bytes))
        #expect(try decode(RankSet.self, hex(bytes)) == set)
    }

    @Test(
        arguments: [
            ("", .truncated), ("02", .truncated), ("02 00", .truncated), ("04 00 00 01", .truncated),
            // A range past the last number, by its gap, its length or what came before.
            ("02 8080808010 00", .malformed), ("02 00 8080808010", .malformed), ("02 ffffffff0f 01", .malformed),
            ("02 ffffffffffffffffff01 00", .malformed), ("02 01 ffffffffffffffffff01", .malformed),
            ("04 00 ffffffff0f 01 00", .malformed), ("04 00 feffffff0f 01 00", .malformed),
            ("04 feffffff0f 00 01 00", .malformed),
            // Ranges that touch are one range.
            ("04 00 00 00 00", .malformed),
            // Bitmaps whose bits are not as many ranges as the head says.
            ("01 00 01 01", .malformed), ("03 00 01 05", .malformed), ("05 00 01 01", .malformed),
            ("03 00 00", .malformed), ("13 01 03 5555", .truncated), ("13", .truncated), ("13 00", .truncated),
            // Bitmaps past the last number.
            ("03 ffffffff0f 01 02", .malformed), ("03 ffffffff0f 01 03", .malformed),
            ("03 f8ffffff0f 02 0001", .malformed),
            ("03 8080808010 01 01", .malformed),
            ("03 00 828040 00", .tooLong),
        ] as [(String, WireError.Code)])
    func malformedSetsAreRefused(bytes: String, code: WireError.Code) {
        #expect(refusal { () throws(WireError) in try decode(RankSet.self, hex(bytes)) } == code)
    }

    @Test(arguments: [
        ("03 ffffffff0f 01 01", "controller"), ("03 f8ffffff0f 01 80", "controller"), ("03 05 02 0700", "5-7"),
        ("01 00 00", ""), ("03 00 02 0001", "8"), ("03 00 02 8001", "7-8"),
    ])
    func bitmapsThatNobodyWritesAreReadAsTheyMean(bytes: String, text: String) throws {
        #expect(try decode(RankSet.self, hex(bytes)).description == text)
    }

    /// Also at the end of the number space, where a bitmap's last byte reaches past it.
    @Test(arguments: UInt64(1)...100)
    func raggedSetsComeBackAndCostAtMostOneBitPerRank(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let span = UInt32.random(in: 1...4000, using: &random)
        let first = seed % 3 == 0 ? UInt32.max - span + 1 : UInt32.random(in: 0...100_000, using: &random)
        let density = UInt32.random(in: 1...99, using: &random)
        let numbers = (0..<span).filter { _ in UInt32.random(in: 0..<100, using: &random) < density }
        let set = RankSet(numbers.map { Rank(first + $0) })
        let bytes = encode(set)
        #expect(try decode(RankSet.self, bytes) == set, "seed \(seed)")
        #expect(bytes.count <= Int(span) / 8 + 32, "seed \(seed): \(bytes.count) bytes for a span of \(span)")
    }

    @Test func everySecondOfAMillionHostsIsABit() throws {
        let set = RankSet(ranges: stride(from: UInt32(0), to: 1 << 20, by: 2).map { Range($0, $0) })
        let bytes = encode(set)
        #expect(bytes.count <= (1 << 20) / 8 + 8)
        #expect(try decode(RankSet.self, bytes) == set)
    }

    @Test(arguments: [1, 16, 1_000, 100_000, 1 << 20, 1 << 32])
    func equalResultsCostTheSameWhateverN(count: Int) throws {
        let report = ResultReport(
            operation: OperationID(epoch: 1, sequence: 1), started: RankSet(count: count),
            buckets: [OutcomeBucket(outcome: .ok, ranks: RankSet(count: count))])
        #expect(encode(RankSet(count: count)).count <= 7)
        #expect(encode(report).count <= 40)
        #expect(try decode(ResultReport.self, encode(report)) == report)
    }

    @Test func aThousandEqualResultsCostFourBytesOfRanks() {
        #expect(encode(RankSet(count: 1000)) == hex("02 00 e707"))
    }
}
