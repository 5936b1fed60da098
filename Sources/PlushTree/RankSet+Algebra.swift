extension RankSet {
    /// All ranks of either set.
    public func union(_ other: RankSet) -> RankSet {
        if other.isEmpty { return self }
        if isEmpty { return other }
        var merged: [Range] = []
        merged.reserveCapacity(ranges.count + other.ranges.count)
        var left = ranges[...]
        var right = other.ranges[...]
        while let a = left.first, let b = right.first {
            if a.lower <= b.lower {
                merged.append(a)
                left.removeFirst()
            } else {
                merged.append(b)
                right.removeFirst()
            }
        }
        merged.append(contentsOf: left)
        merged.append(contentsOf: right)
        return RankSet(ranges: merged)
    }

    /// The ranks of both sets.
    public func intersection(_ other: RankSet) -> RankSet {
        var shared: [Range] = []
        var i = 0
        var j = 0
        while i < ranges.count, j < other.ranges.count {
            let lower = Swift.max(ranges[i].lower, other.ranges[j].lower)
            let upper = Swift.min(ranges[i].upper, other.ranges[j].upper)
            if lower <= upper { shared.append(Range(lower, upper)) }
            if ranges[i].upper < other.ranges[j].upper { i += 1 } else { j += 1 }
        }
        return RankSet(ranges: shared)
    }

    /// The ranks of this set that are not in the other.
    public func subtracting(_ other: RankSet) -> RankSet {
        if other.isEmpty || isEmpty { return self }
        var rest: [Range] = []
        var j = 0
        for range in ranges {
            var lower = UInt64(range.lower)
            while j < other.ranges.count, other.ranges[j].upper < range.lower { j += 1 }
            var k = j
            while k < other.ranges.count, other.ranges[k].lower <= range.upper {
                let hole = other.ranges[k]
                if UInt64(hole.lower) > lower { rest.append(Range(UInt32(lower), hole.lower - 1)) }
                lower = Swift.max(lower, UInt64(hole.upper) + 1)
                k += 1
            }
            if lower <= UInt64(range.upper) { rest.append(Range(UInt32(lower), range.upper)) }
        }
        return RankSet(ranges: rest)
    }

    /// Adds all ranks of the other set.
    public mutating func formUnion(_ other: RankSet) {
        guard !other.isEmpty else { return }
        self = union(other)
    }

    /// Removes all ranks of the other set.
    public mutating func subtract(_ other: RankSet) {
        guard !other.isEmpty, !isEmpty else { return }
        self = subtracting(other)
    }

    /// Whether every rank of this set is in the other.
    public func isSubset(of other: RankSet) -> Bool {
        subtracting(other).isEmpty
    }

    /// Whether the sets share no rank.
    public func isDisjoint(with other: RankSet) -> Bool {
        intersection(other).isEmpty
    }
}

extension RankSet: Sequence {
    /// Walks the members in ascending order.
    public struct Iterator: IteratorProtocol {
        private let ranges: [Range]
        private var index = 0
        private var next64: UInt64

        init(_ ranges: [Range]) {
            self.ranges = ranges
            next64 = UInt64(ranges.first?.lower ?? 0)
        }

        /// The next member, or nil at the end.
        public mutating func next() -> Rank? {
            guard index < ranges.count else { return nil }
            let rank = Rank(UInt32(next64))
            if next64 == UInt64(ranges[index].upper) {
                index += 1
                if index < ranges.count { next64 = UInt64(ranges[index].lower) }
            } else {
                next64 += 1
            }
            return rank
        }
    }

    /// An iterator over the members in ascending order.
    public func makeIterator() -> Iterator {
        Iterator(ranges)
    }

    /// Exact, and cheaper than counting members.
    public var underestimatedCount: Int {
        count
    }
}

extension RankSet: CustomStringConvertible {
    /// The folded form, `0-7,9`; empty text for the empty set.
    public var description: String {
        ranges.map { range in
            range.lower == range.upper
                ? Rank(range.lower).description : "\(range.lower)-\(Rank(range.upper).description)"
        }.joined(separator: ",")
    }

    /// Reads the folded form that ``description`` prints, also with ranges out of order or overlapping; nil for anything
    /// else (signs, spaces, reversed ranges, numbers above `UInt32.max`).
    public init?(_ text: String) {
        guard !text.isEmpty else {
            self.init()
            return
        }
        var parsed: [Range] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = part.split(separator: "-", omittingEmptySubsequences: false)
            guard (1...2).contains(bounds.count), let lower = Self.number(bounds[0]),
                let upper = Self.number(bounds[bounds.count - 1]), lower <= upper
            else { return nil }
            parsed.append(Range(lower, upper))
        }
        self.init(ranges: parsed)
    }

    /// `UInt32.init` would take a sign as well.
    private static func number(_ text: Substring) -> UInt32? {
        if text == Rank.controller.description { return Rank.controller.value }
        return text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt32(text) : nil
    }
}
