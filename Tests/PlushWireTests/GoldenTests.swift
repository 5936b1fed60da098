import NIOCore
import PlushWire
import Testing

/// Holds encoder and decoder against the golden tables. Changed bytes are a changed protocol: raise the version.
@Suite struct GoldenTests {
    @Test(arguments: goldenMessages)
    func messagesAreTheirGoldenBytes(golden: Golden<Message>) throws {
        #expect(frame(golden.value) == golden.bytes)
        #expect(golden.value.type == golden.bytes[4])
        var input = buffer(golden.bytes)
        let cut = try #require(try FrameDecoder().next(from: &input))
        #expect(try Message(type: cut.type, payload: cut.payload) == golden.value)
        #expect(input.readableBytes == 0)
    }

    @Test(arguments: goldenLaunchMessages)
    func launchMessagesAreTheirGoldenBytes(golden: Golden<LaunchMessage>) throws {
        #expect(frame(golden.value) == golden.bytes)
        var input = buffer(golden.bytes)
        let cut = try #require(try FrameDecoder().next(from: &input))
        #expect(try LaunchMessage(cut) == golden.value)
        #expect(input.readableBytes == 0)
    }

    @Test(arguments: goldenRecords)
    func recordsAreTheirGoldenBytes(golden: Golden<LogRecord>) throws {
        #expect(encode(golden.value) == golden.bytes)
        #expect(try decode(LogRecord.self, golden.bytes) == golden.value)
    }

    @Test func everyMessageTypeHasARow() {
        #expect(Set(goldenMessages.map { $0.bytes[4] }) == Set(1...18))
        #expect(Set(goldenLaunchMessages.map { $0.bytes[4] }) == Set(128...131))
        #expect(Set(goldenRecords.map { $0.bytes[0] }) == Set(1...7))
    }

    @Test func messagesAppendBehindWhatIsThere() {
        var out = ByteBuffer(bytes: [0xee])
        for golden in goldenMessages { golden.value.encode(into: &out) }
        #expect(Array(out.readableBytesView) == [0xee] + goldenMessages.flatMap(\.bytes))
    }

    @Test func aLogOfEveryRecordIsReadBack() throws {
        let records = goldenRecords.map(\.value)
        let batch = SignedBatch(
            epoch: 1, firstIndex: 41, count: UInt32(records.count), previous: .zero,
            records: SignedBatch.encode(records), signature: Samples.signature)
        #expect(Array(batch.records.readableBytesView) == goldenRecords.flatMap(\.bytes))
        let read = try decode(SignedBatch.self, encode(batch))
        #expect(read == batch)
        #expect(try read.decoded() == records)
        #expect(read.lastIndex == 50)
    }

    @Test func theMarkerIsALineThatNoShellPrints() {
        #expect(Array(LaunchMessage.marker.utf8) == hex("01 706c7573682d6167656e74 20 31 0a"))
    }

    @Test func signedBytesBeginWithTheirDomainAndNameTheOverlay() {
        let batch = Samples.batch.signedBytes(overlay: Samples.overlay)
        #expect(
            Array(batch.readableBytesView)
                == hex("0b 706c757368206c6f672031  33*16  01  01  02  00*32  09 07 06 02 ffffffff0f 00"))
        let credential = Samples.credential.signedBytes()
        #expect(
            Array(credential.readableBytesView)
                == hex(
                    """
                    0d 706c7573682065706f63682031
                    33*16 01 44*32 ffffffff0f 01 05 55*32 04 7f000001 1f90 00*32
                    """))
        let certificate = Samples.certificate.signedBytes()
        #expect(
            Array(certificate.readableBytesView)
                == hex(
                    "13 706c757368206365727469666963617465 2031  33*16 01 07 01 66*32 03 02 e0d403"))
        let beacon = Samples.beacon.signedBytes(overlay: Samples.overlay)
        #expect(Array(beacon.readableBytesView) == hex("0e 706c75736820626561636f6e2031  33*16  01 02 ac02 04 05"))
    }
}
