import OrderedCollections
import PlushTree
import PlushWire

/// Every edge below a node, as last heard: what it tells a new parent (rule 17).
package struct SubtreeMap: Sendable {
    private var edges: OrderedDictionary<Rank, TreeEdge> = [:]

    package init() {}

    package mutating func add(_ added: [TreeEdge]) {
        for edge in added {
            if let known = edges[edge.child] {
                guard edge.stamp >= known.stamp else { continue }
                edges.removeValue(forKey: edge.child)
            }
            edges[edge.child] = edge
        }
    }

    package mutating func remove(_ ranks: RankSet) {
        guard !ranks.isEmpty else { return }
        if ranks.count < 8 {
            for rank in ranks { edges.removeValue(forKey: rank) }
        } else {
            edges.removeAll { ranks.contains($0.key) }
        }
    }

    /// The edges of the ranks below, parents before their children as far as they hang together.
    ///
    /// - Parameters:
    ///   - direct: those of the node's own children, which nobody else's word can change.
    ///   - ranks: who is below.
    package func edges(direct: [TreeEdge], among ranks: RankSet) -> [TreeEdge] {
        let mine = RankSet(direct.map(\.child))
        var children: OrderedDictionary<Rank, [TreeEdge]> = [:]
        for edge in edges.values where ranks.contains(edge.child) && !mine.contains(edge.child) {
            children[edge.parent, default: []].append(edge)
        }
        var ordered = direct
        var next = 0
        while next < ordered.count {
            if let below = children.removeValue(forKey: ordered[next].child) { ordered += below }
            next += 1
        }
        // A liar may have misplaced some: the root knows better, once it hears that they are here.
        return ordered + children.values.flatMap { $0 }
    }
}
