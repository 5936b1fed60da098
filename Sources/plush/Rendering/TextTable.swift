/// Columns for people: as wide as what is in them, the last one as wide as the terminal still is.
struct TextTable {
    private var rows: [[String]]

    init(_ titles: [String]) {
        rows = [titles]
    }

    var isEmpty: Bool { rows.count == 1 }

    mutating func add(_ row: [String]) {
        rows.append(row)
    }

    /// All lines; nothing where there is no row.
    var text: String {
        guard !isEmpty else { return "" }
        let count = rows[0].count
        let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column == count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            return cells.joined(separator: "  ") + "\n"
        }.joined()
    }
}
