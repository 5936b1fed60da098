import NIOCore
import PlushTree

/// Reads the fields of one message from a frame's payload, refusing what exceeds its limit before using it.
package struct WireReader {
    private var buffer: ByteBuffer

    package init(_ payload: ByteBuffer) {
        buffer = payload
    }

    package var remaining: Int {
        buffer.readableBytes
    }

    package mutating func finish(_ field: String) throws(WireError) {
        guard buffer.readableBytes == 0 else { throw WireError(.trailingBytes, field) }
    }

    package mutating func fixed<T: FixedWidthInteger>(_: T.Type, _ field: String) throws(WireError) -> T {
        guard let value = buffer.readInteger(as: T.self) else { throw WireError(.truncated, field) }
        return value
    }

    /// An unsigned LEB128 number of at most ten bytes.
    package mutating func varint(_ field: String) throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard let byte = buffer.readInteger(as: UInt8.self) else { throw WireError(.truncated, field) }
            guard shift < 63 || (shift == 63 && byte <= 1) else { throw WireError(.malformed, field) }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    package mutating func varint32(_ field: String) throws(WireError) -> UInt32 {
        guard let value = UInt32(exactly: try varint(field)) else { throw WireError(.malformed, field) }
        return value
    }

    /// A count that is at most `max`, and at most the bytes left (every element takes one byte or more).
    package mutating func count(max: Int, _ field: String) throws(WireError) -> Int {
        let value = try varint(field)
        guard value <= UInt64(max) else { throw WireError(.tooLong, field) }
        guard value <= UInt64(buffer.readableBytes) else { throw WireError(.truncated, field) }
        return Int(value)
    }

    package mutating func bytes(max: Int, _ field: String) throws(WireError) -> ByteBuffer {
        let count = try count(max: max, field)
        guard let slice = buffer.readSlice(length: count) else { throw WireError(.truncated, field) }
        return slice
    }

    package mutating func raw(_ count: Int, _ field: String) throws(WireError) -> [UInt8] {
        guard let bytes = buffer.readBytes(length: count) else { throw WireError(.truncated, field) }
        return bytes
    }

    package mutating func text(max: Int = WireLimits.textBytesMax, _ field: String) throws(WireError) -> String {
        let slice = try bytes(max: max, field)
        guard let text = String(validating: slice.readableBytesView, as: UTF8.self) else {
            throw WireError(.malformed, field)
        }
        return text
    }

    package mutating func flag(_ field: String) throws(WireError) -> Bool {
        switch try fixed(UInt8.self, field) {
        case 0: return false
        case 1: return true
        default: throw WireError(.malformed, field)
        }
    }

    package mutating func list<T: WireValue>(
        _: T.Type, max: Int = WireLimits.listCountMax, _ field: String
    ) throws(WireError) -> [T] {
        let count = try count(max: max, field)
        var values: [T] = []
        values.reserveCapacity(Swift.min(count, 1024))
        for _ in 0..<count { values.append(try T(from: &self)) }
        return values
    }

    package mutating func rest() -> ByteBuffer {
        let slice = buffer.slice()
        buffer.moveReaderIndex(forwardBy: slice.readableBytes)
        return slice
    }
}

/// Appends the fields of one message to a buffer; the counterpart of ``WireReader``, field by field.
package struct WireWriter {
    package var buffer: ByteBuffer

    package init(_ buffer: ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
    }

    package mutating func fixed<T: FixedWidthInteger>(_ value: T) {
        buffer.writeInteger(value)
    }

    package mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(rest))
    }

    package mutating func varint(_ value: UInt32) {
        varint(UInt64(value))
    }

    /// The bytes that ``varint(_:)-(UInt64)`` takes for `value`: seven bits each, one at least.
    package static func varintBytes(_ value: UInt64) -> Int {
        Swift.max(1, (UInt64.bitWidth - value.leadingZeroBitCount + 6) / 7)
    }

    package mutating func count(_ value: Int) {
        varint(UInt64(value))
    }

    package mutating func bytes(_ value: ByteBuffer) {
        count(value.readableBytes)
        buffer.writeImmutableBuffer(value)
    }

    package mutating func raw(_ value: [UInt8]) {
        buffer.writeBytes(value)
    }

    package mutating func text(_ value: String) {
        count(value.utf8.count)
        buffer.writeString(value)
    }

    /// A word of explanation, cut at a character where it is longer than its reader takes: a long cause must not cost
    /// the link that it is reported over.
    package mutating func detail(_ value: String) {
        text(Self.cutDetail(value))
    }

    package static func cutDetail(_ value: String) -> String {
        guard value.utf8.count > WireLimits.detailBytesMax else { return value }
        // A character has one byte or more, so no more characters than bytes can be left.
        var cut = String(value.prefix(WireLimits.detailBytesMax))
        while cut.utf8.count > WireLimits.detailBytesMax { cut.removeLast() }
        return cut
    }

    package mutating func flag(_ value: Bool) {
        buffer.writeInteger(UInt8(value ? 1 : 0))
    }

    package mutating func list<T: WireValue>(_ values: [T]) {
        count(values.count)
        for value in values { value.write(to: &self) }
    }
}

/// A value with one encoding; `init(from:)` accepts what `write(to:)` makes and refuses, with the field's name, what
/// exceeds a limit.
package protocol WireValue: Hashable, Sendable {
    func write(to writer: inout WireWriter)
    init(from reader: inout WireReader) throws(WireError)
}

extension String: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.text(self)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        self = try reader.text("text")
    }
}

extension Rank: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.varint(value)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        self.init(try reader.varint32("rank"))
    }
}
