/// What was probably meant by a word that is not known.
enum Spelling {
    /// The nearest candidate, where it is near enough to be a slip: one letter in a word of up to five, a third of the
    /// letters in longer ones.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let allowed = max(1, min(3, word.count / 3))
        let ranked = candidates.map { (name: $0, distance: distance(Array(word.lowercased()), Array($0.lowercased()))) }
        return ranked.filter { $0.distance <= allowed }.min { $0.distance < $1.distance }?.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours (the optimal string alignment distance).
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var rows = [Array(0...right.count)]
        for row in 1..<(left.count + 1) {
            var current = [row]
            for column in 1..<(right.count + 1) {
                let differs = left[row - 1] != right[column - 1]
                var cost = min(
                    rows[row - 1][column] + 1, current[column - 1] + 1, rows[row - 1][column - 1] + (differs ? 1 : 0))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    cost = min(cost, rows[row - 2][column - 2] + 1)
                }
                current.append(cost)
            }
            rows.append(current)
        }
        return rows[left.count][right.count]
    }
}
