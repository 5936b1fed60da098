import NIOCore
import PlushTree
import PlushWire
import Testing

/// Each limit of ``WireLimits`` from both sides. The declared lengths stand alone, without the bytes they announce: a
/// decoder that allocated or waited first would have to be handed gigabytes.
@Suite struct LimitTests {
    private static let huge = "ffffffffffffffffff01"
    private static let overflowing = "ffffffffffffffffff02"
    private static let operationHead = "01  01 02  01 01 02 00 03  00  00"

    @Test(
        arguments: [
            (12, overflowing, .malformed), (12, "80*10 00", .malformed), (12, "80*9", .truncated), (12, "", .truncated),
            (3, "8080808010 00", .malformed), (3, "00 ffffffff10", .malformed),
            // Texts of explanation: 512 bytes.
            (13, "8104", .tooLong), (13, "8004 61*511", .truncated), (13, huge, .tooLong), (13, "02 c328", .malformed),
            (13, "03 eda080", .malformed), (2, "02 8104", .tooLong), (8, "00 01 02 00 00 00 00 8104", .tooLong),
            // Lists.
            (5, "00 00 00 8120", .tooLong), (5, "00 00 00 8020", .truncated), (5, "00 00 00 \(huge)", .tooLong),
            (2, "00 8120", .tooLong), (1, "00 00 00 00 00 00 818020", .tooLong),
            (1, "00 00 00 00 00 00 808020", .truncated),
            (1, "00 00 00 00 00 00 00 818004", .tooLong), (1, "00 00 00 00 00 00 00 00 818004", .tooLong),
            (8, "818020", .tooLong), (8, "00 818004", .tooLong), (9, "00 00 00 818004", .tooLong),
            (9, "00 00 00 808004", .truncated),
            // Rank sets: 2^19 ranges, a mebibyte of bitmap.
            (9, "00 00 828040", .tooLong), (9, "00 00 808040", .truncated), (9, "00 00 \(huge)", .tooLong),
            (9, "00 00 13 00 818040", .tooLong), (9, "00 00 13 00 808040", .truncated),
            // Batches.
            (7, "01 01 00", .tooLong), (7, "01 01 8108", .tooLong), (7, "01 00 01", .tooLong),
            (7, "01 808080808080808040 01", .tooLong), (7, "01 \(huge) 01", .tooLong),
            (7, "01 01 01 00*32 8180c001", .tooLong), (7, "01 01 01 00*32 8080c001", .truncated),
            (7, "01 01 01 00*32 \(huge)", .tooLong),
            // Enumerations.
            (2, "03", .unknownType), (10, "00 00 00", .malformed), (10, "00 00 04", .malformed),
            (9, "00 00 00 01 06", .malformed), (15, "01 02 04", .malformed),
            (8, "00 01 02 06 00 06 05 00 03", .malformed), (16, "41", .tooLong), (17, "41", .tooLong),
            (0, "", .unknownType), (19, "", .unknownType), (255, "", .unknownType),
            // A segment that belongs to nobody.
            (10, "01 02 01 00 01 00*16 00 00 00", .malformed),
        ] as [(UInt8, String, WireError.Code)])
    func messagesBeyondALimitAreRefused(type: UInt8, payload: String, code: WireError.Code) {
        #expect(refusal { () throws(WireError) in try decodeMessage(type: type, payload: hex(payload)) } == code)
    }

    @Test(
        arguments: [
            ("", .truncated), ("00", .unknownType), ("08", .unknownType), ("ff", .unknownType),
            ("\(operationHead) 04", .unknownType),
            // Run: application, arguments, environment, directory, times, output.
            ("\(operationHead) 01 818008", .tooLong), ("\(operationHead) 01 808008", .truncated),
            ("\(operationHead) 01 00 00", .malformed), ("\(operationHead) 01 00 818004", .tooLong),
            ("\(operationHead) 01 00 01 818008", .tooLong), ("\(operationHead) 01 01 ff", .malformed),
            ("\(operationHead) 01 00 01 00 00 00 00 00 03", .malformed),
            ("\(operationHead) 01 00 01 00 818004", .tooLong),
            // Files: application, bytes per chunk, entries of path, size, mode, chunks.
            ("\(operationHead) 02 00 00 00", .tooLong), ("\(operationHead) 02 00 818010 00", .tooLong),
            ("\(operationHead) 02 00 04 818008", .tooLong), ("\(operationHead) 02 00 04 808008", .truncated),
            ("\(operationHead) 02 00 04 01 00 00 01a4 818008", .tooLong),
            ("\(operationHead) 02 00 04 01 00 00 01a4 808008", .truncated),
            ("\(operationHead) 02 00 04 01 00 05 01a4 01 aa*32", .malformed),
            ("\(operationHead) 02 00 04 01 00 04 01a4 02 aa*64", .malformed),
            ("\(operationHead) 02 00 04 01 00 00 01a4 01 aa*32", .malformed),
            ("\(operationHead) 02 00 04 01 00 \(huge) 01a4 01 aa*32", .malformed),
            ("\(operationHead) 02 00 04 01 00 00 0200 00", .malformed),
            ("\(operationHead) 02 00 04 01 00 00 ffff 00", .malformed),
            ("\(operationHead) 03 00 818004", .tooLong),
            // Targets, settled buckets and their flag, evictions.
            ("01 01 02 818004", .tooLong), ("03 01 02 818004", .tooLong), ("03 01 02 00 02", .malformed),
            ("04 01 818004", .tooLong), ("06 828040", .tooLong),
        ] as [(String, WireError.Code)])
    func recordsBeyondALimitAreRefused(bytes: String, code: WireError.Code) {
        #expect(refusal { () throws(WireError) in try decode(LogRecord.self, hex(bytes)) } == code)
    }

    @Test(
        arguments: [
            (1, "", .unknownType), (127, "", .unknownType), (132, "", .unknownType), (130, "8104", .tooLong),
            (130, "02 c328", .malformed), (128, "0001 11*32 1f90 00000001 8104", .tooLong),
            (129, "11*64 33*16 01 44*32 00 818004", .tooLong),
            (129, "11*64 33*16 01 44*32 00 01 05 55*32 05", .malformed),
        ] as [(UInt8, String, WireError.Code)])
    func launchMessagesBeyondALimitAreRefused(type: UInt8, payload: String, code: WireError.Code) {
        #expect(refusal { () throws(WireError) in try decodeLaunchMessage(type: type, payload: hex(payload)) } == code)
    }

    @Test func whatIsAtItsLimitIsAccepted() throws {
        let path = (0..<UInt32(WireLimits.depthMax)).map(Rank.init)
        let messages: [Message] = [
            .credit(UInt64.max), .leave(String(repeating: "x", count: WireLimits.detailBytesMax)),
            .attachCommit(AttachStamp(incarnation: UInt32.max, attempt: UInt32.max)),
            .heartbeatReply(
                HeartbeatReply(
                    echoMilliseconds: UInt64.max, rootAgeMilliseconds: UInt64.max, lagMilliseconds: UInt32.max,
                    path: path)),
            .log(
                SignedBatch(
                    epoch: 1, firstIndex: UInt64(1) << 62 - 1, count: UInt32(WireLimits.batchRecordsMax),
                    previous: .zero,
                    records: SignedBatch.encode(Array(repeating: .dissolve, count: WireLimits.batchRecordsMax)),
                    signature: Samples.signature)),
        ]
        for message in messages {
            let bytes = frame(message)
            #expect(try decodeMessage(type: bytes[4], payload: Array(bytes.dropFirst(5))) == message)
        }
        let argument = String(repeating: "x", count: WireLimits.textBytesMax)
        let record = Samples.operation(.collect(CollectTask(application: argument, paths: [])))
        #expect(try decode(LogRecord.self, encode(record)) == record)
    }

    @Test func aBatchWhoseCountIsNotThatOfItsRecordsIsRefused() throws {
        for (count, code) in [(1, WireError.Code.trailingBytes), (3, .truncated)] {
            let batch = SignedBatch(
                epoch: 1, firstIndex: 1, count: UInt32(count), previous: .zero, records: Samples.batch.records,
                signature: Samples.signature)
            let read = try decode(SignedBatch.self, encode(batch))
            #expect(refusal { () throws(WireError) in try read.decoded() } == code)
        }
    }

    @Test func theGreatestFrameHoldsTheGreatestBatchAndTheGreatestSegment() {
        #expect(WireLimits.recordBatchBytesMax + 1024 <= WireLimits.frameBytesMax)
        #expect(WireLimits.bodyRawBytesMax + WireLimits.rankBitmapBytesMax + 1024 <= WireLimits.frameBytesMax)
    }

    /// A cause that is too long for its reader must not make the reader close the link.
    @Test func explanationsAreCutAtACharacterByTheirWriter() throws {
        let long = String(repeating: "\u{e9}", count: 1000)
        let cut = String(repeating: "\u{e9}", count: 256)
        let leave = frame(.leave("x" + long))
        #expect(
            try decodeMessage(type: leave[4], payload: Array(leave.dropFirst(5)))
                == .leave("x" + String(repeating: "\u{e9}", count: 255)))
        let refused = frame(.attachReply(.refused(long)))
        #expect(
            try decodeMessage(type: refused[4], payload: Array(refused.dropFirst(5))) == .attachReply(.refused(cut)))
        let failed = frame(LaunchMessage.failed(long))
        #expect(try decodeLaunchMessage(type: failed[4], payload: Array(failed.dropFirst(5))) == .failed(cut))
        let departure = SubtreeReport.Departure(
            ranks: RankSet(Rank(1)), through: Rank(1), reporter: Rank(2), cause: long)
        #expect(try decode(SubtreeReport.Departure.self, encode(departure)).cause == cut)
        #expect(Outcome(.failed, code: 1, detail: long).detail == cut)
        // One character of many scalars is dropped whole.
        #expect(Outcome(.lost, detail: "e" + String(repeating: "\u{301}", count: 600)).detail == "")
    }
}
