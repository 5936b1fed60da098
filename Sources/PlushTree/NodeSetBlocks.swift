/// The names of one stem as blocks: products of one set of numbers per column, no name in two blocks.
///
/// Two blocks that differ in one column alone are merged, in the order in which ClusterShell's multidimensional folding
/// does it: larger blocks first; passes over neighbours while those merge anything, then passes in which each block
/// meets all later ones. What it finds by comparing all pairs is found here by looking up, for each column, the blocks
/// that are equal in all others (``NodeSetIndex``).
struct NodeSetBlocks {
    private let width: Int
    private var pools: [NodeSetPool]
    /// The sets of all blocks ever made, `width` for each.
    private var rows: [UInt32]
    /// The blocks that are left, by their place in `rows`.
    private var order: [Int]

    /// One block per name; `cells` holds the codes of names, name after name.
    init(columns: [NodeSetColumn], cells: [UInt32]) {
        width = columns.count
        pools = columns.map { NodeSetPool($0) }
        rows = cells
        order = Array(0..<(cells.count / width))
    }

    /// The blocks in their order, as the ascending codes of each column.
    var ordered: [[[UInt32]]] {
        order.map { block in (0..<width).map { pools[$0].sets[Int(rows[block * width + $0])] } }
    }

    /// Merges what can be merged.
    mutating func merge() {
        let varying = (0..<width).filter { pools[$0].sets.count > 1 }
        guard varying.count > 1 else {
            for column in varying { mergeAll(in: column) }
            return
        }
        var isThorough = false
        while true {
            sort()
            if isThorough ? mergeAny() : mergeNeighbours() { continue }
            if isThorough { return }
            isThorough = true
        }
    }

    /// Where one column varies there is one block.
    private mutating func mergeAll(in column: Int) {
        var block = growing(order[0])
        for other in order.dropFirst() { add(other, to: &block, column) }
        order = [finish(block)]
    }

    private mutating func mergeNeighbours() -> Bool {
        var left: [Int] = []
        var index = 0
        while index < order.count {
            var block = growing(order[index])
            index += 1
            while index < order.count, let column = difference(&block, order[index]) {
                add(order[index], to: &block, column)
                index += 1
            }
            left.append(finish(block))
        }
        defer { order = left }
        return left.count < order.count
    }

    private mutating func mergeAny() -> Bool {
        var index = NodeSetIndex(width: width, count: order.count) { place, column in
            pools[column].hashes[Int(rows[order[place] * width + column])]
        }
        var left: [Int] = []
        for place in order.indices where index.isAlive(place) {
            var block = growing(order[place])
            var pointer = place
            while let next = index.next(after: pointer, hashes: block.hashes) {
                pointer = next
                guard let column = difference(&block, order[next]) else { continue }
                add(order[next], to: &block, column)
                index.remove(next)
            }
            left.append(finish(block))
        }
        defer { order = left }
        return left.count < order.count
    }

    /// Larger blocks first, then those with larger sets, then by the texts of their first and last numbers.
    private mutating func sort() {
        let stride = 1 + 2 * width
        var keys = [UInt64](repeating: 0, count: order.count * stride)
        for (place, block) in order.enumerated() {
            var size: UInt64 = 1
            for column in 0..<width {
                let key = pools[column].order(of: rows[block * width + column])
                size *= .max - key.size
                keys[place * stride + 1 + 2 * column] = key.size
                keys[place * stride + 2 + 2 * column] = key.ends
            }
            keys[place * stride] = .max - size
        }
        let places = keys.withUnsafeBufferPointer { keys in
            order.indices.sorted { left, right in
                for offset in 0..<stride {
                    let (a, b) = (keys[left * stride + offset], keys[right * stride + offset])
                    if a != b { return a < b }
                }
                return left < right
            }
        }
        order = places.map { order[$0] }
    }
}

extension NodeSetBlocks {
    /// A block that takes others in. What it takes in one column is put together when it is needed, not each time.
    private struct Growing {
        let block: Int
        var sets: [UInt32]
        var hashes: [UInt64]
        var column = -1
        var members: [UInt32] = []
        var memberCount = 0
    }

    private func growing(_ block: Int) -> Growing {
        let sets = Array(rows[(block * width)..<((block + 1) * width)])
        return Growing(block: block, sets: sets, hashes: sets.indices.map { pools[$0].hashes[Int(sets[$0])] })
    }

    /// The column in which another block differs, where it is one alone.
    private mutating func difference(_ block: inout Growing, _ other: Int) -> Int? {
        var found: Int?
        for column in 0..<width {
            let set = rows[other * width + column]
            if column == block.column, block.hashes[column] == pools[column].hashes[Int(set)],
                block.memberCount == pools[column].sets[Int(set)].count
            {
                settle(&block)
            }
            if column != block.column, set == block.sets[column] { continue }
            guard found == nil else { return nil }
            found = column
        }
        return found
    }

    private mutating func add(_ other: Int, to block: inout Growing, _ column: Int) {
        if block.column != column {
            settle(&block)
            block.column = column
            block.members = [block.sets[column]]
            block.memberCount = pools[column].sets[Int(block.sets[column])].count
        }
        let set = rows[other * width + column]
        block.members.append(set)
        block.memberCount += pools[column].sets[Int(set)].count
        block.hashes[column] &+= pools[column].hashes[Int(set)]
    }

    private mutating func settle(_ block: inout Growing) {
        guard block.column >= 0 else { return }
        let column = block.column
        block.sets[column] = pools[column].union(of: block.members, hash: block.hashes[column])
        block.column = -1
        block.members = []
    }

    private mutating func finish(_ block: Growing) -> Int {
        var block = block
        settle(&block)
        for (column, set) in block.sets.enumerated() { rows[block.block * width + column] = set }
        return block.block
    }
}
