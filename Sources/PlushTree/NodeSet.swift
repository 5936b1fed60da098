/// Folding of host names into node-set syntax: `n1 n2 n3` to `n[1-3]`, zero padding kept (`n[001-003]`).
///
/// Every run of digits of a name is a dimension, so `r1n1 r1n2 r2n1 r2n2` is `r[1-2]n[1-2]`. The text is the one that
/// ClusterShell 1.9 prints for the same names (`nodeset -f`), found without its comparing of all pairs: see
/// `NodeSetBlocks`. Beside sorting the cost is linear in the number of names, for each pass that still merges something.
public enum NodeSet {
    /// The folded text for names in any order; repeated names count once.
    public static func fold(_ names: some Sequence<String>) -> String {
        var parts: [String] = []
        for stem in NodeSetStem.stems(of: names) { parts += stem.folded() }
        return parts.joined(separator: ",")
    }

    /// The names, each once, in the order in which their folded text lists them: that of `nodeset -e`.
    public static func ordered(_ names: some Sequence<String>) -> [String] {
        NodeSetStem.stems(of: names).flatMap { $0.names() }
    }
}
