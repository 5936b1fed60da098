extension NodeSet {
    /// The names that a text stands for, in its order; a repeated name keeps its first place.
    ///
    /// Names are separated by commas or blanks, or both. A name may hold brackets with numbers, ranges and ranges with
    /// steps: `n[1-3,7]`, `n[001-100/2]`, `r[1-4]n[01-16]`; the last bracket runs fastest. Zeros in front of a range say
    /// how many digits its numbers have; both ends must then have as many. Between names `!` takes away, `&` leaves what
    /// both sides have and `^` what one of them has, from left to right. `@group` stands for the hosts of a group, `@*`
    /// for all hosts that groups know of, and `*` and `?` in a name for what they match among these. The answers are
    /// those of ClusterShell 1.9 (`nodeset -e`), which sorts them.
    /// - Parameter groups: where groups come from.
    /// - Parameter limit: how many names there may be, repeated ones and those of groups counted; at most
    ///   ``NodeSetLimits/namesMax``.
    /// - Throws: ``NodeSetError`` with the place. Limits are checked before names are made, so `n[1-4000000000]` is
    ///   refused at once.
    public static func expand(
        _ text: String, groups: Groups = .none, limit: Int = NodeSetLimits.namesMax
    ) throws(NodeSetError) -> [String] {
        var evaluation = NodeSetEvaluation(groups: groups, limit: max(0, min(limit, NodeSetLimits.namesMax)))
        return try evaluation.names(of: text).names
    }
}
