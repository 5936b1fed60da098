import NIOCore
import PlushTree

/// The name of one overlay for its life: 16 random bytes, part of every signature and of the Noise prologue.
package struct OverlayID: WireValue, CustomStringConvertible {
    package static let byteCount = 16
    package let bytes: [UInt8]

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    package func write(to writer: inout WireWriter) {
        writer.raw(bytes)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        bytes = try reader.raw(Self.byteCount, "overlay id")
    }

    /// The first four bytes in hexadecimal: enough to tell overlays apart in a path or a message.
    package var description: String {
        bytes.prefix(4).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// An X25519 or Ed25519 public key.
package struct PublicKey: WireValue {
    package static let byteCount = 32
    package let bytes: [UInt8]

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    package func write(to writer: inout WireWriter) {
        writer.raw(bytes)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        bytes = try reader.raw(Self.byteCount, "public key")
    }
}

/// An Ed25519 signature.
package struct Signature: WireValue {
    package static let byteCount = 64
    package let bytes: [UInt8]

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    package func write(to writer: inout WireWriter) {
        writer.raw(bytes)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        bytes = try reader.raw(Self.byteCount, "signature")
    }
}

/// A 32-byte BLAKE2b digest: a file chunk's, or the log's hash chain.
package struct Digest: WireValue {
    package static let byteCount = 32
    package static let zero = Digest(padding: [])
    package let bytes: [UInt8]

    /// Takes the first 32 bytes, filling up with zeros.
    package init(padding bytes: [UInt8]) {
        self.bytes =
            bytes.count == Self.byteCount
            ? bytes : Array((bytes + [UInt8](repeating: 0, count: Self.byteCount)).prefix(Self.byteCount))
    }

    package func write(to writer: inout WireWriter) {
        writer.raw(bytes)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        bytes = try reader.raw(Self.byteCount, "digest")
    }
}

/// A 16-byte tag: the fold key of an output segment (BLAKE2b-128), or an aggregate MAC.
package struct Tag: WireValue {
    package static let zero = Tag(0, 0)
    package var high: UInt64
    package var low: UInt64

    package init(_ high: UInt64, _ low: UInt64) {
        self.high = high
        self.low = low
    }

    package func write(to writer: inout WireWriter) {
        writer.fixed(high)
        writer.fixed(low)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        high = try reader.fixed(UInt64.self, "tag")
        low = try reader.fixed(UInt64.self, "tag")
    }

    /// Aggregate MACs add up by XOR, so a bucket's field is the XOR over its ranks whatever the tree's shape was.
    package static func ^ (left: Tag, right: Tag) -> Tag {
        Tag(left.high ^ right.high, left.low ^ right.low)
    }
}

/// An operation's id, unique for the overlay's life: the controller's epoch and a number within it.
package struct OperationID: WireValue, Comparable, CustomStringConvertible {
    package let epoch: UInt32
    package let sequence: UInt32

    package init(epoch: UInt32, sequence: UInt32) {
        self.epoch = epoch
        self.sequence = sequence
    }

    package func write(to writer: inout WireWriter) {
        writer.varint(epoch)
        writer.varint(sequence)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        epoch = try reader.varint32("operation epoch")
        sequence = try reader.varint32("operation sequence")
    }

    package static func < (left: OperationID, right: OperationID) -> Bool {
        (left.epoch, left.sequence) < (right.epoch, right.sequence)
    }

    package var description: String {
        "\(epoch).\(sequence)"
    }
}

/// A child's choice of parent, `(incarnation, n)` with `n` growing: the higher stamp wins wherever two meet (P2).
package struct AttachStamp: WireValue, Comparable {
    package let incarnation: UInt32
    package let attempt: UInt32

    package init(incarnation: UInt32, attempt: UInt32) {
        self.incarnation = incarnation
        self.attempt = attempt
    }

    package func write(to writer: inout WireWriter) {
        writer.varint(incarnation)
        writer.varint(attempt)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        incarnation = try reader.varint32("stamp incarnation")
        attempt = try reader.varint32("stamp attempt")
    }

    package static func < (left: AttachStamp, right: AttachStamp) -> Bool {
        (left.incarnation, left.attempt) < (right.incarnation, right.attempt)
    }
}

/// A position of the log: the epoch that wrote it and the number of the record, from 1; index 0 is before the log.
package struct LogPosition: WireValue, Comparable, CustomStringConvertible {
    package static let start = LogPosition(epoch: 0, index: 0)
    package let epoch: UInt32
    package let index: UInt64

    package init(epoch: UInt32, index: UInt64) {
        self.epoch = epoch
        self.index = index
    }

    package func write(to writer: inout WireWriter) {
        writer.varint(epoch)
        writer.varint(index)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        epoch = try reader.varint32("log epoch")
        index = try reader.varint("log index")
    }

    package static func < (left: LogPosition, right: LogPosition) -> Bool {
        (left.epoch, left.index) < (right.epoch, right.index)
    }

    package var description: String {
        "\(epoch):\(index)"
    }
}

extension Signature {
    /// 64 zeros: the place of a signature that is about to be made. It verifies under no key.
    package init(zeros: Void) {
        bytes = [UInt8](repeating: 0, count: Self.byteCount)
    }
}
