import NIOCore

/// Cuts the plaintext of a link's records into frames: at most one frame per call, length checked before the body is
/// waited for.
package struct FrameDecoder {
    /// A type and its payload, not decoded yet.
    package struct Frame: Hashable, Sendable {
        package let type: UInt8
        package let payload: ByteBuffer
    }

    private let frameBytesMax: Int

    /// `frameBytesMax`: the largest payload; a link that carries only small messages says so here.
    package init(frameBytesMax: Int = WireLimits.frameBytesMax) {
        self.frameBytesMax = frameBytesMax
    }

    /// Takes one frame off the front of `buffer`, or nothing while it is not whole.
    package func next(from buffer: inout ByteBuffer) throws(WireError) -> Frame? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return nil }
        guard length >= 1 else { throw WireError(.malformed, "frame length") }
        guard length <= UInt32(frameBytesMax) + 1 else { throw WireError(.tooLong, "frame length") }
        guard buffer.readableBytes >= 4 + Int(length) else { return nil }
        buffer.moveReaderIndex(forwardBy: 4)
        guard let type = buffer.readInteger(as: UInt8.self), let payload = buffer.readSlice(length: Int(length) - 1)
        else { throw WireError(.truncated, "frame") }
        return Frame(type: type, payload: payload)
    }
}
