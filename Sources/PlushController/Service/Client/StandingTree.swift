import PlushTree

/// The tree of an overlay as it stands, for whoever draws it: of the hosts that are in it.
public struct StandingTree: Sendable {
    /// The tree, of the hosts by their place in ``names``.
    public let tree: ExplicitTree
    /// The hosts that are in it, in the order of their ranks.
    public let names: [String]

    /// `edges`: a host and its parent, in the order of ranks; `names`: of all hosts, by rank. Nil where they make no tree.
    public init?(_ edges: [(rank: Rank, parent: Rank)], names: [String]) {
        var places: [Rank: Int] = [:]
        for (place, edge) in edges.enumerated() { places[edge.rank] = place }
        let parents = edges.map { edge in edge.parent == .controller ? nil : places[edge.parent] }
        guard zip(edges, parents).allSatisfy({ $0.parent == .controller || $1 != nil }),
            edges.allSatisfy({ Int($0.rank.value) < names.count }),
            let tree = ExplicitTree(parents: parents, order: Array(edges.indices))
        else { return nil }
        self.tree = tree
        self.names = edges.map { names[Int($0.rank.value)] }
    }
}
