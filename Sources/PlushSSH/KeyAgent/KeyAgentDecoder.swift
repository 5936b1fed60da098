import NIOCore

/// Cuts what an ssh-agent sends into messages. The length is checked before anything is kept for it.
struct KeyAgentDecoder: NIOSingleStepByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    mutating func decode(buffer: inout ByteBuffer) throws -> ByteBuffer? {
        guard let count = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return nil }
        guard (1...UInt32(KeyAgentLimits.messageBytesMax)).contains(count) else {
            throw KeyAgentReply.malformed("a message of \(count) bytes")
        }
        guard buffer.readableBytes >= 4 + Int(count) else { return nil }
        buffer.moveReaderIndex(forwardBy: 4)
        return buffer.readSlice(length: Int(count))
    }

    mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) throws -> ByteBuffer? {
        try decode(buffer: &buffer)
    }
}
