import NIOCore
import PlushWire

/// The frames of the socket are those of a link (`FrameDecoder`): a UInt32 with the length of what follows, a type, and
/// a payload in the encoding of `PlushWire`.
enum ServiceFrame {
    static func encode(_ type: UInt8, _ body: (inout WireWriter) -> Void = { _ in }) -> ByteBuffer {
        var writer = WireWriter()
        body(&writer)
        var frame = ByteBuffer()
        frame.reserveCapacity(writer.buffer.readableBytes + WireLimits.frameHeaderBytes)
        frame.writeInteger(UInt32(writer.buffer.readableBytes + 1))
        frame.writeInteger(type)
        frame.writeImmutableBuffer(writer.buffer)
        return frame
    }
}

extension WireWriter {
    /// A text for people, cut where it is longer than its reader takes.
    mutating func words(_ value: String, max: Int = WireLimits.textBytesMax) {
        text(value.cut(toBytes: max))
    }
}

extension String {
    /// At most so many bytes of it, whole characters.
    func cut(toBytes max: Int) -> String {
        guard utf8.count > max else { return self }
        var cut = String(decoding: utf8.prefix(max), as: UTF8.self)
        // A character that was cut in two has become one that says so.
        while cut.utf8.count > max || cut.last == "\u{FFFD}" { cut.removeLast() }
        return cut
    }
}

extension WireReader {
    /// A list of values that are read by a function.
    mutating func values<Value>(
        max: Int = WireLimits.listCountMax, _ field: String, _ read: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> [Value] {
        let count = try count(max: max, field)
        var values: [Value] = []
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }
}
