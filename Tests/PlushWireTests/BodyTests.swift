import NIOCore
import PlushWire
import Testing

@Suite struct BodyTests {
    @Test(
        arguments: [
            ("", .truncated), ("02", .malformed), ("00", .truncated), ("00 818010", .tooLong),
            ("00 808010", .truncated),
            // lz4: the size after unpacking is judged first, then the size before.
            ("01 818010 01 aa", .tooLong), ("01 ffffffff0f 01 aa", .tooLong), ("01 8080808010 01 aa", .malformed),
            ("01 04 04 aa*4", .malformed), ("01 04 05 aa*5", .malformed), ("01 00 00", .malformed),
            ("01 808010 818010", .tooLong), ("01 808010 ff8010", .tooLong), ("01 808010 808010", .truncated),
        ] as [(String, WireError.Code)])
    func bodiesThatLieAboutTheirSizeAreRefused(bytes: String, code: WireError.Code) {
        #expect(refusal { () throws(WireError) in try decode(Body.self, hex(bytes)) } == code)
    }

    @Test func bodiesAtTheirLimitAreAccepted() throws {
        let largest = Body(plain: buffer([UInt8](repeating: 7, count: WireLimits.bodyRawBytesMax)))
        let read = try decode(Body.self, encode(largest))
        #expect(read == largest)
        #expect(read.rawBytes == UInt32(WireLimits.bodyRawBytesMax))
        let packed = Body(
            lz4: buffer([UInt8](repeating: 7, count: WireLimits.bodyRawBytesMax - 1)),
            rawBytes: WireLimits.bodyRawBytesMax)
        #expect(try decode(Body.self, encode(packed)) == packed)
        #expect(try decode(Body.self, hex("00 00")).rawBytes == 0)
    }

    @Test func bulkTakesItsBytesAndAFixedPartFromTheCredit() {
        #expect(Samples.output.creditBytes == 66)
        #expect(Samples.packedOutput.creditBytes == 164)
        let chunk = FileChunk(operation: Samples.operation, number: 0, body: Body(plain: ByteBuffer()))
        #expect(chunk.creditBytes == 64)
    }
}
