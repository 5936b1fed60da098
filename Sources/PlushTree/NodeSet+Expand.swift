extension NodeSet {
    /// The names that a text stands for, in its order; a repeated name keeps its first place.
    ///
    /// Names are separated by commas or blanks, or both. A name may hold brackets with numbers, ranges and ranges with
    /// steps: `n[1-3,7]`, `n[001-100/2]`, `r[1-4]n[01-16]`; the last bracket runs fastest. Zeros in front of a range say
    /// how many digits its numbers have; both ends must then have as many. The answers are those of ClusterShell 1.9
    /// (`nodeset -e`), which sorts them. Set operators, groups and wildcards of clush are refused by name.
    /// - Parameter limit: how many names there may be, repeated ones counted; at most ``NodeSetLimits/namesMax``.
    /// - Throws: ``NodeSetError`` with the place. Limits are checked before names are made, so `n[1-4000000000]` is
    ///   refused at once.
    public static func expand(
        _ text: String, limit: Int = NodeSetLimits.namesMax
    ) throws(NodeSetError) -> [String] {
        let patterns = try patterns(of: text, limit: max(0, min(limit, NodeSetLimits.namesMax)))
        var names: [String] = []
        var seen: Set<String> = []
        for pattern in patterns {
            pattern.forEachName { name in
                if seen.insert(name).inserted { names.append(name) }
            }
        }
        return names
    }

    private static func patterns(of text: String, limit: Int) throws(NodeSetError) -> [NodeSetPattern] {
        var parser = try NodeSetParser(text)
        var patterns: [NodeSetPattern] = []
        var total: UInt64 = 0
        while let pattern = try parser.next() {
            guard pattern.nameBytesMax <= NodeSetLimits.nameBytesMax else {
                throw parser.limit(
                    "a name would have more than \(NodeSetLimits.nameBytesMax) bytes; write shorter ones")
            }
            guard let count = pattern.count, count <= UInt64(limit) - total else {
                throw parser.limit("this makes more than \(limit) names; write a smaller range")
            }
            total += count
            patterns.append(pattern)
        }
        return patterns
    }
}
