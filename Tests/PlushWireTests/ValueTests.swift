import NIOCore
import PlushTree
import PlushWire
import Testing

@Suite struct ValueTests {
    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, UInt64(UInt32.max), 1 << 62, UInt64.max - 1, UInt64.max])
    func numbersTakeSevenBitsPerByte(value: UInt64) throws {
        var writer = WireWriter()
        writer.varint(value)
        #expect(Array(writer.buffer.readableBytesView) == varint(value))
        #expect(WireWriter.varintBytes(value) == varint(value).count)
        var reader = WireReader(writer.buffer)
        #expect(try reader.varint("number") == value)
        #expect(reader.remaining == 0)
    }

    @Test func aNumberMayBeWrittenLongerThanNeeded() throws {
        var reader = WireReader(buffer(hex("8000 ff00")))
        #expect(try reader.varint("number") == 0)
        #expect(try reader.varint("number") == 127)
    }

    @Test func idsOfTheWrongLengthAreNone() {
        for count in [0, 15, 17, 31, 33, 63, 65] {
            let bytes = [UInt8](repeating: 1, count: count)
            #expect(OverlayID(bytes) == nil)
            #expect(PublicKey(bytes) == nil)
            #expect(Signature(bytes) == nil)
            #expect(Digest(padding: bytes).bytes.count == 32)
        }
        #expect(NetworkAddress(bytes: [1, 2, 3], port: 1) == nil)
        #expect(Samples.overlay.description == "33333333")
    }

    @Test func addressesPrintAsTheKernelReadsThem() {
        #expect(NetworkAddress.loopback(port: 80).description == "127.0.0.1:80")
        #expect(Samples.ipv6.description == "[2001:db8:0:0:0:0:0:1]:8080")
    }

    @Test func stampsAndPositionsAreOrderedByTheirFirstPart() {
        #expect(AttachStamp(incarnation: 1, attempt: 9) < AttachStamp(incarnation: 2, attempt: 0))
        #expect(AttachStamp(incarnation: 2, attempt: 0) < AttachStamp(incarnation: 2, attempt: 1))
        #expect(LogPosition.start < LogPosition(epoch: 0, index: 1))
        #expect(LogPosition(epoch: 1, index: 9) < LogPosition(epoch: 2, index: 1))
        #expect(OperationID(epoch: 1, sequence: 9) < OperationID(epoch: 2, sequence: 1))
    }

    @Test func targetsNameTheIncarnationThatIsMeant() {
        let targets = TargetSet([
            TargetSet.Group(incarnation: 1, ranks: Samples.ranks(0, 1, 3)),
            TargetSet.Group(incarnation: 2, ranks: Samples.ranks(2)),
        ])
        #expect(targets.ranks.description == "0-3")
        #expect(targets.incarnation(of: Rank(3)) == 1)
        #expect(targets.incarnation(of: Rank(2)) == 2)
        #expect(targets.incarnation(of: Rank(4)) == nil)
        #expect(TargetSet([]).ranks.isEmpty)
    }

    @Test func aSetOfStreamsHasABitForEach() {
        for stream in OutputSegment.Stream.allCases {
            #expect(Samples.bothStreams.contains(stream) == (stream != .collection))
            #expect(OutputSegment.Streams(stream).rawValue == 1 << stream.rawValue)
            #expect(!OutputSegment.Streams().contains(stream))
        }
    }

    @Test func macsAddUpByExclusiveOr() {
        #expect(Samples.tag ^ Samples.tag == .zero)
        #expect(Samples.tag ^ .zero == Samples.tag)
    }

    @Test(arguments: [
        (Outcome.ok, "ok"), (Outcome(.failed, code: 3), "exit 3"), (Outcome(.failed, code: -9), "signal 9"),
        (Outcome(.timedOut), "timed out"), (Outcome(.unreachable, detail: "no route"), "unreachable: no route"),
        (Outcome(.lost), "lost"), (Outcome(.notStarted), "not started"),
    ])
    func outcomesReadAsPeopleSayThem(outcome: Outcome, text: String) throws {
        #expect(outcome.description == text)
        #expect(try decode(Outcome.self, encode(outcome)) == outcome)
    }

    /// `Int32.min` negated is no `Int32`.
    @Test func noSignalNumberOfAPeerCanTrap() throws {
        let outcome = try decode(Outcome.self, hex("01 80000000 00"))
        #expect(outcome.description == "signal 2147483648")
    }
}
