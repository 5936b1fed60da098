extension RankSet {
    /// A search costs as much as going over so many ranges.
    private static let searchWorth = 16

    /// All ranks of either set.
    public func union(_ other: RankSet) -> RankSet {
        var sum = self
        sum.formUnion(other)
        return sum
    }

    private func merged(with other: RankSet) -> RankSet {
        var merged: [Range] = []
        merged.reserveCapacity(ranges.count + other.ranges.count)
        var (i, j) = (0, 0)
        while i < ranges.count, j < other.ranges.count {
            if ranges[i].lower <= other.ranges[j].lower {
                merged.append(ranges[i])
                i += 1
            } else {
                merged.append(other.ranges[j])
                j += 1
            }
        }
        merged.append(contentsOf: ranges[i...])
        merged.append(contentsOf: other.ranges[j...])
        return RankSet(ascending: merged)
    }

    /// The ranks of both sets.
    public func intersection(_ other: RankSet) -> RankSet {
        let (short, long) = ranges.count <= other.ranges.count ? (ranges, other.ranges) : (other.ranges, ranges)
        let searches = short.count * Self.searchWorth < long.count
        let longSet = ranges.count <= other.ranges.count ? other : self
        var shared: [Range] = []
        var j = 0
        for range in short {
            if searches { j = longSet.firstIndex(endingAtOrAfter: range.lower, from: j) }
            while j < long.count, long[j].upper < range.lower { j += 1 }
            var k = j
            while k < long.count, long[k].lower <= range.upper {
                shared.append(Range(Swift.max(range.lower, long[k].lower), Swift.min(range.upper, long[k].upper)))
                k += 1
            }
            j = Swift.max(j, k - 1)
        }
        return RankSet(ascending: shared)
    }

    /// The ranks of this set that are not in the other.
    public func subtracting(_ other: RankSet) -> RankSet {
        if other.isEmpty || isEmpty { return self }
        let searches = ranges.count * Self.searchWorth < other.ranges.count
        var rest: [Range] = []
        var j = 0
        for range in ranges {
            var lower = UInt64(range.lower)
            if searches { j = other.firstIndex(endingAtOrAfter: range.lower, from: j) }
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
        return RankSet(ascending: rest)
    }

    /// Adds all ranks of the other set.
    public mutating func formUnion(_ other: RankSet) {
        if other.isEmpty { return }
        if isEmpty {
            self = other
        } else if other.ranges.count == 1 || other.ranges.count * Self.searchWorth < ranges.count {
            for range in other.ranges { insert(range) }
        } else if ranges.count * Self.searchWorth < other.ranges.count {
            let mine = ranges
            self = other
            for range in mine { insert(range) }
        } else {
            self = merged(with: other)
        }
    }

    /// Removes all ranks of the other set.
    public mutating func subtract(_ other: RankSet) {
        guard !other.isEmpty, !isEmpty else { return }
        self = subtracting(other)
    }

    /// Whether every rank of this set is in the other.
    public func isSubset(of other: RankSet) -> Bool {
        guard ranges.count * Self.searchWorth < other.ranges.count || ranges.count == 1 else {
            return subtracting(other).isEmpty
        }
        return ranges.allSatisfy { range in
            let index = other.firstIndex(endingAtOrAfter: range.upper)
            return index < other.ranges.count && other.ranges[index].lower <= range.lower
        }
    }

    /// Whether the sets share no rank.
    public func isDisjoint(with other: RankSet) -> Bool {
        let (short, long) = ranges.count <= other.ranges.count ? (self, other) : (other, self)
        guard short.ranges.count * Self.searchWorth < long.ranges.count || short.ranges.count <= 1 else {
            return intersection(other).isEmpty
        }
        return short.ranges.allSatisfy { range in
            let index = long.firstIndex(endingAtOrAfter: range.lower)
            return index == long.ranges.count || long.ranges[index].lower > range.upper
        }
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
