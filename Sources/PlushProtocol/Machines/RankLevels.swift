import OrderedCollections
import PlushTree

/// A counter per rank, kept as a set of ranks per value: most ranks are at the same point most of the time.
package struct RankLevels: Sendable {
    private var levels: OrderedDictionary<UInt32, RankSet> = [:]
    /// Ranks above zero.
    private var begun = RankSet()

    package init() {}

    /// Those of the ranks that stand at `level`.
    package func standing(at level: UInt32, among ranks: RankSet) -> RankSet {
        level == 0 ? ranks.subtracting(begun) : ranks.intersection(levels[level] ?? RankSet())
    }

    /// Moves ranks that stand at `level` one up.
    package mutating func raise(_ ranks: RankSet, from level: UInt32) {
        guard !ranks.isEmpty else { return }
        if level == 0 {
            begun.formUnion(ranks)
        } else if let rest = levels[level]?.subtracting(ranks) {
            levels[level] = rest.isEmpty ? nil : rest
        }
        levels[level + 1, default: RankSet()].formUnion(ranks)
    }

    /// The value of each of the ranks.
    package func values(among ranks: RankSet) -> [(level: UInt32, ranks: RankSet)] {
        var found: [(level: UInt32, ranks: RankSet)] = []
        let unbegun = ranks.subtracting(begun)
        if !unbegun.isEmpty { found.append((0, unbegun)) }
        for (level, set) in levels {
            let mine = set.intersection(ranks)
            if !mine.isEmpty { found.append((level, mine)) }
        }
        return found
    }
}
