/// Finds, among blocks in a fixed order, the next one that differs from a given block in one column alone.
///
/// For each column blocks are sorted by a hash of all their other columns, so those that are equal in these lie side by
/// side. A hash may lie: whoever asks compares.
struct NodeSetIndex {
    fileprivate struct Entry {
        let key: UInt64
        let place: Int
    }

    /// One column: the blocks by key, and which of them are left.
    fileprivate struct Column {
        let entries: [Entry]
        /// Where the entry of a place is.
        let slots: [Int]
        /// From a slot towards the first one at or after it that is left; paths are halved on the way.
        var alive: [Int]
    }

    private var columns: [Column] = []

    /// `hash`: of the set of a block, by its place, in a column.
    init(width: Int, count: Int, hash: (_ place: Int, _ column: Int) -> UInt64) {
        var sums = [UInt64](repeating: 0, count: count)
        var parts = [UInt64](repeating: 0, count: count * width)
        for place in 0..<count {
            for column in 0..<width {
                let part = Self.part(hash(place, column), column)
                parts[place * width + column] = part
                sums[place] &+= part
            }
        }
        for column in 0..<width {
            let entries = (0..<count).map { Entry(key: sums[$0] &- parts[$0 * width + column], place: $0) }
                .sorted { ($0.key, $0.place) < ($1.key, $1.place) }
            var slots = [Int](repeating: 0, count: count)
            for (slot, entry) in entries.enumerated() { slots[entry.place] = slot }
            columns.append(Column(entries: entries, slots: slots, alive: Array(0...count)))
        }
    }

    private static func part(_ hash: UInt64, _ column: Int) -> UInt64 {
        NodeSetPool.mixed(hash &+ UInt64(column) &* 0xD1B5_4A32_D192_ED03)
    }

    func isAlive(_ place: Int) -> Bool {
        columns[0].alive[columns[0].slots[place]] == columns[0].slots[place]
    }

    mutating func remove(_ place: Int) {
        for column in columns.indices {
            let slot = columns[column].slots[place]
            columns[column].alive[slot] = slot + 1
        }
    }

    /// The first block after a place that may differ from one with these hashes in one column alone.
    mutating func next(after place: Int, hashes: [UInt64]) -> Int? {
        var sum: UInt64 = 0
        for (column, hash) in hashes.enumerated() { sum &+= Self.part(hash, column) }
        var nearest: Int?
        for column in columns.indices {
            let key = sum &- Self.part(hashes[column], column)
            if let found = columns[column].first(key, after: place), found < nearest ?? .max { nearest = found }
        }
        return nearest
    }
}

extension NodeSetIndex.Column {
    fileprivate mutating func first(_ key: UInt64, after place: Int) -> Int? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            let entry = entries[middle]
            if entry.key < key || (entry.key == key && entry.place <= place) { low = middle + 1 } else { high = middle }
        }
        let slot = firstAlive(low)
        guard slot < entries.count, entries[slot].key == key else { return nil }
        return entries[slot].place
    }

    private mutating func firstAlive(_ slot: Int) -> Int {
        var slot = slot
        while alive[slot] != slot {
            alive[slot] = alive[alive[slot]]
            slot = alive[slot]
        }
        return slot
    }
}
