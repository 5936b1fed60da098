import NIOCore
import PlushWire
import Testing

@Suite struct FrameDecoderTests {
    private let stream = goldenMessages.flatMap(\.bytes)

    private func frames(_ input: inout ByteBuffer) throws -> [FrameDecoder.Frame] {
        var frames: [FrameDecoder.Frame] = []
        while let frame = try FrameDecoder().next(from: &input) { frames.append(frame) }
        return frames
    }

    @Test func byteByByteGivesTheSameFramesAsAtOnce() throws {
        var whole = buffer(stream)
        let atOnce = try frames(&whole)
        #expect(whole.readableBytes == 0)
        #expect(atOnce.count == goldenMessages.count)
        var input = ByteBuffer()
        var dripped: [FrameDecoder.Frame] = []
        for byte in stream {
            input.writeInteger(byte)
            dripped += try frames(&input)
        }
        #expect(dripped == atOnce)
        #expect(try dripped.map { try Message(type: $0.type, payload: $0.payload) } == goldenMessages.map(\.value))
        #expect(input.readableBytes == 0)
    }

    @Test func anUnfinishedFrameStaysWhereItIs() throws {
        for length in 0..<goldenMessages[0].bytes.count {
            var input = buffer(Array(stream[..<length]))
            #expect(try FrameDecoder().next(from: &input) == nil)
            #expect(input.readableBytes == length)
        }
    }

    @Test func aFrameWithoutATypeIsRefused() {
        var input = buffer(hex("00000000 01"))
        #expect(throws: WireError(.malformed, "frame length")) { try FrameDecoder().next(from: &input) }
    }

    @Test(arguments: [("00400002", true), ("ffffffff", true), ("00400001", false)])
    func aLengthAboveTheLimitIsRefusedBeforeItsBytesCome(length: String, isRefused: Bool) throws {
        var input = buffer(hex(length))
        if isRefused {
            #expect(throws: WireError(.tooLong, "frame length")) { try FrameDecoder().next(from: &input) }
        } else {
            #expect(try FrameDecoder().next(from: &input) == nil)
        }
    }

    @Test func aLinkMayHaveASmallerLimit() throws {
        let decoder = FrameDecoder(frameBytesMax: 2)
        var fitting = buffer(hex("00000003 03 01 02"))
        #expect(try decoder.next(from: &fitting)?.payload == buffer([1, 2]))
        var longer = buffer(hex("00000004 0c c08004"))
        #expect(throws: WireError(.tooLong, "frame length")) { try decoder.next(from: &longer) }
    }
}
