extension RankSet {
    /// The smallest members, at most `count` of them; a `count` below 1 is none.
    public func first(_ count: Int) -> RankSet {
        var left = Swift.max(0, count)
        var taken: [Range] = []
        for range in ranges where left > 0 {
            let size = Int(range.upper - range.lower) + 1
            let part = Swift.min(left, size)
            taken.append(Range(range.lower, range.lower + UInt32(part - 1)))
            left -= part
        }
        return RankSet(ranges: taken)
    }
}
