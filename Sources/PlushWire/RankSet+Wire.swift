import NIOCore
import PlushTree

/// A rank set travels as gaps and lengths, or as a bitmap where that is smaller, so a merged answer costs what its
/// shape costs: one range is three to ten bytes whatever N is, and a ragged set at most one bit per rank.
///
/// `varint head`: the count of ranges times two, plus one for a bitmap. Ranges: per range `varint gap` (from one after
/// the previous range's end, from 0 for the first; else at least 1) and `varint length - 1`. Bitmap: `varint first`,
/// `varint bytes`, then the bytes, least significant bit first; the head's count must agree with the bits.
extension RankSet: WireValue {
    package func write(to writer: inout WireWriter) {
        if let bitmap = bitmapIfSmaller() {
            writer.varint(UInt64(ranges.count) << 1 | 1)
            writer.varint(ranges[0].lower)
            writer.count(bitmap.count)
            writer.raw(bitmap)
            return
        }
        writer.varint(UInt64(ranges.count) << 1)
        var next: UInt64 = 0
        for range in ranges {
            writer.varint(UInt64(range.lower) - next)
            writer.varint(UInt64(range.upper - range.lower))
            next = UInt64(range.upper) + 1
        }
    }

    private func bitmapIfSmaller() -> [UInt8]? {
        guard ranges.count > 8, let first = ranges.first?.lower, let last = ranges.last?.upper else { return nil }
        let bytes = Int(last - first) / 8 + 1
        guard bytes <= WireLimits.rankBitmapBytesMax, bytes < rangeFormBytes() else { return nil }
        var bitmap = [UInt8](repeating: 0, count: bytes)
        for rank in self {
            let bit = Int(rank.value - first)
            bitmap[bit >> 3] |= 1 << UInt8(bit & 7)
        }
        return bitmap
    }

    /// What the ranges take after the head.
    private func rangeFormBytes() -> Int {
        var bytes = 0
        var next: UInt64 = 0
        for range in ranges {
            bytes += WireWriter.varintBytes(UInt64(range.lower) - next)
            bytes += WireWriter.varintBytes(UInt64(range.upper - range.lower))
            next = UInt64(range.upper) + 1
        }
        return bytes
    }

    package init(from reader: inout WireReader) throws(WireError) {
        let head = try reader.varint("rank set")
        let count = head >> 1
        guard count <= UInt64(WireLimits.rankRangesMax) else { throw WireError(.tooLong, "rank set") }
        if head & 1 == 1 {
            try self.init(bitmapOf: Int(count), from: &reader)
            return
        }
        guard count * 2 <= UInt64(reader.remaining) else { throw WireError(.truncated, "rank set") }
        var ranges: [Range] = []
        ranges.reserveCapacity(Int(count))
        var next: UInt64 = 0
        for _ in 0..<count {
            let gap = try reader.varint("rank set")
            let length = try reader.varint("rank set")
            guard gap <= UInt64(UInt32.max), length <= UInt64(UInt32.max), next + gap + length <= UInt64(UInt32.max),
                gap > 0 || ranges.isEmpty
            else { throw WireError(.malformed, "rank set") }
            ranges.append(Range(UInt32(next + gap), UInt32(next + gap + length)))
            next += gap + length + 1
        }
        self.init(ranges: ranges)
    }

    private init(bitmapOf count: Int, from reader: inout WireReader) throws(WireError) {
        let first = try reader.varint32("rank bitmap")
        let bytes = try reader.bytes(max: WireLimits.rankBitmapBytesMax, "rank bitmap")
        var ranges: [Range] = []
        for (index, byte) in bytes.readableBytesView.enumerated() where byte != 0 {
            for bit in 0..<8 where byte & (1 << UInt8(bit)) != 0 {
                guard let value = UInt32(exactly: UInt64(first) + UInt64(index * 8 + bit)) else {
                    throw WireError(.malformed, "rank bitmap")
                }
                // `value` is above every earlier one, so `upper + 1` cannot overflow.
                if let last = ranges.last, last.upper + 1 == value {
                    ranges[ranges.count - 1].upper = value
                } else {
                    // More ranges than the head declares are refused before they take memory.
                    guard ranges.count < count else { throw WireError(.malformed, "rank bitmap") }
                    ranges.append(Range(value, value))
                }
            }
        }
        guard ranges.count == count else { throw WireError(.malformed, "rank bitmap") }
        self.init(ranges: ranges)
    }
}
