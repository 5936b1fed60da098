/// A set of ranks kept as sorted, disjoint, non-adjacent ranges; printed `0-7,9`.
///
/// Every merged answer carries rank sets, so their size must follow the number of ranges, never the number of hosts.
/// Union, intersection and subtraction are one pass over the ranges of both sides, or, where one side is much shorter, a
/// search in the other for each of its ranges.
public struct RankSet: Hashable, Sendable {
    /// A closed range of rank numbers, `lower <= upper`.
    public struct Range: Hashable, Sendable {
        /// The first number of the range.
        public var lower: UInt32
        /// The last number of the range.
        public var upper: UInt32

        /// Makes the range `lower ... upper`; the bounds are swapped when they come in the wrong order.
        public init(_ lower: UInt32, _ upper: UInt32) {
            self.lower = Swift.min(lower, upper)
            self.upper = Swift.max(lower, upper)
        }
    }

    /// The ranges in ascending order; no two touch or overlap.
    public private(set) var ranges: [Range]

    /// The empty set.
    public init() {
        ranges = []
    }

    /// The set with one member.
    public init(_ rank: Rank) {
        ranges = [Range(rank.value, rank.value)]
    }

    /// The set `0 ..< count`, which is every host of an overlay of `count` hosts.
    public init(count: Int) {
        ranges = count > 0 ? [Range(0, UInt32(count - 1))] : []
    }

    /// The union of ranges in any order, touching and overlapping ones included.
    public init(ranges unsorted: [Range]) {
        self.init(ascending: unsorted.sorted { $0.lower < $1.lower })
    }

    /// The set of the given members, in any order, repeated or not.
    public init(_ ranks: some Sequence<Rank>) {
        self.init(ranges: ranks.map { Range($0.value, $0.value) })
    }

    /// The union of ranges with ascending lower ends; they may touch and overlap.
    init(ascending: [Range]) {
        var merged: [Range] = []
        merged.reserveCapacity(ascending.count)
        for range in ascending {
            Self.append(range, to: &merged)
        }
        ranges = merged
    }

    private static func append(_ range: Range, to merged: inout [Range]) {
        guard let last = merged.last, last.upper >= range.lower || last.upper + 1 == range.lower else {
            merged.append(range)
            return
        }
        merged[merged.count - 1].upper = Swift.max(last.upper, range.upper)
    }

    /// Whether no rank is in the set.
    public var isEmpty: Bool {
        ranges.isEmpty
    }

    /// The number of ranks; one pass over the ranges.
    public var count: Int {
        ranges.reduce(0) { $0 + Int($1.upper - $1.lower) + 1 }
    }

    /// The smallest member.
    public var first: Rank? {
        ranges.first.map { Rank($0.lower) }
    }

    /// The largest member.
    public var last: Rank? {
        ranges.last.map { Rank($0.upper) }
    }

    /// Whether `rank` is a member; binary search over the ranges.
    public func contains(_ rank: Rank) -> Bool {
        let index = firstIndex(endingAtOrAfter: rank.value)
        return index < ranges.count && ranges[index].lower <= rank.value
    }

    /// Adds one rank; returns false when it was there already.
    @discardableResult
    public mutating func insert(_ rank: Rank) -> Bool {
        if let last = ranges.last, last.upper < rank.value {
            Self.append(Range(rank.value, rank.value), to: &ranges)
            return true
        }
        guard !contains(rank) else { return false }
        insert(Range(rank.value, rank.value))
        return true
    }

    /// Adds a range in place: a search, and a move of what is above it.
    mutating func insert(_ range: Range) {
        let first = firstIndex(endingAtOrAfter: range.lower > 0 ? range.lower - 1 : 0)
        var end = first
        while end < ranges.count, UInt64(ranges[end].lower) <= UInt64(range.upper) + 1 { end += 1 }
        guard end > first else {
            ranges.insert(range, at: first)
            return
        }
        let lower = Swift.min(ranges[first].lower, range.lower)
        let upper = Swift.max(ranges[end - 1].upper, range.upper)
        ranges.replaceSubrange(first..<end, with: CollectionOfOne(Range(lower, upper)))
    }

    /// Removes one rank; returns false when it was not there.
    @discardableResult
    public mutating func remove(_ rank: Rank) -> Bool {
        guard contains(rank) else { return false }
        self = subtracting(RankSet(rank))
        return true
    }

    /// The first range, from `start` on, that ends at `value` or above it.
    func firstIndex(endingAtOrAfter value: UInt32, from start: Int = 0) -> Int {
        var low = start
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upper < value {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
