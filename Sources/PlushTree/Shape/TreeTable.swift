/// A tree that follows no arithmetic, as tables: 20 bytes a position.
///
/// Positions are numbered so that a parent comes before its children, which makes every table one pass.
struct TreeTable: Hashable, Sendable {
    /// By position; the root's own entry is 0.
    let parents: [UInt32]
    /// Children of all positions in the order of their parents, ascending for each.
    private let listed: [UInt32]
    /// Where the children of a position begin in `listed`; one entry more than positions.
    private let starts: [UInt32]
    private let depths: [UInt32]
    private let below: [UInt32]
    let depth: Int
    let fanout: Int
    let relayCount: Int

    /// The tree in which position `i` hangs below `parents[i]`; `parents[i] < i` for all but the root, entry 0.
    init(parents: [UInt32]) {
        precondition(!parents.isEmpty, "a tree without a root")
        let size = parents.count
        var starts = [UInt32](repeating: 0, count: size + 1)
        var depths = [UInt32](repeating: 0, count: size)
        var below = [UInt32](repeating: 0, count: size)
        for position in 1..<size {
            let parent = Int(parents[position])
            precondition(parent < position, "position \(position) before its parent \(parent)")
            starts[parent + 1] += 1
            depths[position] = depths[parent] + 1
        }
        for position in (1..<size).reversed() {
            below[Int(parents[position])] += below[position] + 1
        }
        fanout = Int(starts.max() ?? 0)
        relayCount = starts.dropFirst(2).count { $0 > 0 }
        for position in 0..<size { starts[position + 1] += starts[position] }
        var listed = [UInt32](repeating: 0, count: size - 1)
        var next = starts
        for position in 1..<size {
            let parent = Int(parents[position])
            listed[Int(next[parent])] = UInt32(position)
            next[parent] += 1
        }
        depth = Int(depths.max() ?? 0)
        self.parents = parents
        self.listed = listed
        self.starts = starts
        self.depths = depths
        self.below = below
    }

    private func isKnown(_ position: Int) -> Bool {
        position >= 0 && position < parents.count
    }

    func parent(of position: Int) -> Int {
        isKnown(position) ? Int(parents[position]) : 0
    }

    func children(of position: Int) -> ArraySlice<UInt32> {
        guard isKnown(position) else { return [] }
        return listed[Int(starts[position])..<Int(starts[position + 1])]
    }

    func depth(of position: Int) -> Int {
        isKnown(position) ? Int(depths[position]) : 0
    }

    func descendants(of position: Int) -> Int {
        isKnown(position) ? Int(below[position]) : 0
    }
}
