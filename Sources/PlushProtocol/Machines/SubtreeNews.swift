import OrderedCollections
import PlushTree
import PlushWire

/// Changes below a node that have not been told upward: what came later stands for what came before it.
package struct SubtreeNews: Sendable {
    private var joined: OrderedDictionary<Rank, TreeEdge> = [:]
    private var departed: [SubtreeReport.Departure] = []
    private var retired = RankSet()

    package init() {}

    package var isEmpty: Bool {
        joined.isEmpty && departed.isEmpty && retired.isEmpty
    }

    package mutating func join(_ edges: [TreeEdge]) {
        guard !edges.isEmpty else { return }
        for edge in edges {
            // A parent stands before its children, wherever the child stood before.
            joined.removeValue(forKey: edge.child)
            joined[edge.child] = edge
        }
        guard !departed.isEmpty else { return }
        let ranks = RankSet(edges.map(\.child))
        departed = departed.compactMap { departure in
            let rest = departure.ranks.subtracting(ranks)
            return rest.isEmpty ? nil : departure.restricted(to: rest)
        }
    }

    package mutating func depart(_ departure: SubtreeReport.Departure) {
        guard !departure.ranks.isEmpty else { return }
        if !joined.isEmpty { joined.removeAll { departure.ranks.contains($0.key) } }
        departed.append(departure)
    }

    package mutating func retire(_ ranks: RankSet) {
        retired.formUnion(ranks)
    }

    /// Who has come: to be told before anything that comes from them.
    package mutating func takeJoined() -> SubtreeReport? {
        guard !joined.isEmpty else { return nil }
        defer { joined = [:] }
        return SubtreeReport(joined: Array(joined.values))
    }

    package mutating func take() -> SubtreeReport? {
        guard !isEmpty else { return nil }
        defer { self = SubtreeNews() }
        return SubtreeReport(joined: Array(joined.values), departed: departed, retired: retired)
    }
}
