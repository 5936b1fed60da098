import NIOCore

/// Bytes of an application, compressed at most once, by whoever made them, and passed on as they are.
///
/// The declared size before compression is checked on decoding, so a bomb is refused before anything is unpacked.
package struct Body: WireValue {
    /// How `bytes` are to be read.
    package enum Encoding: UInt8, Hashable, Sendable {
        case plain = 0
        case lz4 = 1
    }

    package let encoding: Encoding
    /// The size after unpacking.
    package let rawBytes: UInt32
    package let bytes: ByteBuffer

    package init(plain bytes: ByteBuffer) {
        encoding = .plain
        rawBytes = UInt32(bytes.readableBytes)
        self.bytes = bytes
    }

    package init(lz4 bytes: ByteBuffer, rawBytes: Int) {
        encoding = .lz4
        self.rawBytes = UInt32(rawBytes)
        self.bytes = bytes
    }

    package func write(to writer: inout WireWriter) {
        writer.fixed(encoding.rawValue)
        if encoding == .lz4 { writer.varint(rawBytes) }
        writer.bytes(bytes)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        guard let encoding = Encoding(rawValue: try reader.fixed(UInt8.self, "body encoding")) else {
            throw WireError(.malformed, "body encoding")
        }
        self.encoding = encoding
        switch encoding {
        case .plain:
            bytes = try reader.bytes(max: WireLimits.bodyRawBytesMax, "body")
            rawBytes = UInt32(bytes.readableBytes)
        case .lz4:
            rawBytes = try reader.varint32("body size")
            guard rawBytes <= UInt32(WireLimits.bodyRawBytesMax) else { throw WireError(.tooLong, "body size") }
            bytes = try reader.bytes(max: WireLimits.bodyRawBytesMax, "body")
            // Compression that does not shrink is never sent, so a larger body is a lie.
            guard bytes.readableBytes < Int(rawBytes) else { throw WireError(.malformed, "body size") }
        }
    }
}
