import PlushTree
import PlushWire

/// What the events of an overlay come to: who is in the tree below whom, and who is not and why.
struct OverlayPicture: Sendable {
    private(set) var joined = RankSet()
    private(set) var lost: [OverlayStatus.Fault] = []
    private(set) var unreachable: [OverlayStatus.Fault] = []
    private var parents: [Rank: Rank] = [:]

    mutating func note(_ event: ControllerEvent) {
        switch event {
        case .joined(let rank, let parent):
            parents[rank] = parent
            joined.insert(rank)
            Self.remove(RankSet(rank), from: &lost)
            Self.remove(RankSet(rank), from: &unreachable)
        case .moved(let rank, _, let parent):
            parents[rank] = parent
        case .lost(let ranks, _, _, let cause):
            joined.subtract(ranks)
            Self.remove(ranks, from: &lost)
            Self.add(OverlayStatus.Fault(ranks: ranks, cause: cause, remedy: ""), to: &lost)
        case .unreachable(let ranks, let cause, let remedy):
            joined.subtract(ranks)
            Self.add(OverlayStatus.Fault(ranks: ranks, cause: cause, remedy: remedy), to: &unreachable)
        case .phase, .progress, .away, .returned, .retired, .replaced, .started, .output, .outcome, .barrier, .said,
            .warning:
            break
        }
    }

    /// Hosts with the same cause are told of together.
    private static func add(_ fault: OverlayStatus.Fault, to faults: inout [OverlayStatus.Fault]) {
        if let index = faults.firstIndex(where: { $0.cause == fault.cause }) {
            faults[index].ranks.formUnion(fault.ranks)
        } else {
            faults.append(fault)
        }
    }

    private static func remove(_ ranks: RankSet, from faults: inout [OverlayStatus.Fault]) {
        for index in faults.indices { faults[index].ranks.subtract(ranks) }
        faults.removeAll { $0.ranks.isEmpty }
    }

    /// The tree, in the order of ranks.
    var edges: [TreeEdge] {
        joined.compactMap { rank in
            parents[rank].map { TreeEdge(child: rank, incarnation: 1, parent: $0) }
        }
    }

    /// Hosts that have others below them.
    var relays: RankSet {
        RankSet(Set(edges.map(\.parent)).subtracting([.controller]).sorted())
    }

    /// The most hosts below one node.
    var fanout: Int {
        edges.reduce(into: [Rank: Int]()) { $0[$1.parent, default: 0] += 1 }.values.max() ?? 0
    }

    /// Hosts by their depth, those below the controller first.
    var depths: [RankSet] {
        var known: [Rank: Int] = [.controller: 0]
        var levels: [[Rank]] = []
        for rank in joined {
            let depth = depth(of: rank, &known)
            while levels.count < depth { levels.append([]) }
            levels[depth - 1].append(rank)
        }
        return levels.map(RankSet.init)
    }

    /// Chains may be thousands long: a loop, and every step is remembered.
    private func depth(of rank: Rank, _ known: inout [Rank: Int]) -> Int {
        var way: [Rank] = []
        var at = rank
        // While the tree mends itself the parents may be those of different moments, and form a ring.
        while known[at] == nil, way.count <= parents.count {
            way.append(at)
            at = parents[at] ?? .controller
        }
        var depth = known[at] ?? 0
        for step in way.reversed() {
            depth += 1
            known[step] = depth
        }
        return known[rank] ?? 1
    }
}
