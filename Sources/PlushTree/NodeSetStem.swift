/// Names that differ in their numbers alone: the texts between these, and the numbers of each name.
///
/// A name without a number is a stem of its own.
struct NodeSetStem {
    /// What stems are sorted by: the text with `%s` for each number and `%%` for `%`, as ClusterShell keeps it.
    let key: String
    /// One more than there are columns.
    private let texts: [String]
    private var columns: [NodeSetColumn]
    /// The codes of the numbers, name after name.
    private var cells: [UInt32] = []

    private init(key: String, texts: [String]) {
        self.key = key
        self.texts = texts
        columns = texts.dropFirst().map { _ in NodeSetColumn() }
    }

    /// The stems of names, sorted; repeated and empty names are left out.
    static func stems(of names: some Sequence<String>) -> [NodeSetStem] {
        var stems: [NodeSetStem] = []
        var indices: [String: Int] = [:]
        var seen: Set<String> = []
        var parts = Parts()
        for name in names where !name.isEmpty && seen.insert(name).inserted {
            parts.read(name)
            let key = String(decoding: parts.key, as: UTF8.self)
            let index: Int
            if let known = indices[key] {
                index = known
            } else {
                index = stems.count
                indices[key] = index
                stems.append(NodeSetStem(key: key, texts: parts.texts(of: name)))
            }
            for (column, digits) in parts.numbers.enumerated() {
                let code = stems[index].columns[column].code(of: digits)
                stems[index].cells.append(code)
            }
        }
        for index in stems.indices { stems[index].sortColumns() }
        return stems.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private mutating func sortColumns() {
        let places = columns.indices.map { columns[$0].sort() }
        guard !columns.isEmpty else { return }
        for index in cells.indices { cells[index] = places[index % places.count][Int(cells[index])] }
    }

    /// The folded texts, one per block.
    func folded() -> [String] {
        guard !columns.isEmpty else { return texts }
        var blocks = NodeSetBlocks(columns: columns, cells: cells)
        blocks.merge()
        return blocks.ordered.map { block in
            var text = texts[0]
            for (column, codes) in block.enumerated() {
                let numbers = columns[column].text(of: codes)
                text += codes.count == 1 ? numbers : "[\(numbers)]"
                text += texts[column + 1]
            }
            return text
        }
    }

    /// The names, block by block, the last number running fastest.
    func names() -> [String] {
        guard !columns.isEmpty else { return texts }
        var blocks = NodeSetBlocks(columns: columns, cells: cells)
        blocks.merge()
        return blocks.ordered.flatMap { block in
            var names = [texts[0]]
            for (column, codes) in block.enumerated() {
                let endings = codes.map { columns[column].numbers[Int($0)] + texts[column + 1] }
                names = names.flatMap { name in endings.map { name + $0 } }
            }
            return names
        }
    }
}

extension NodeSetStem {
    /// A name taken apart; kept between names so that nothing is allocated for most of them.
    private struct Parts {
        private(set) var key: [UInt8] = []
        private(set) var numbers: [String] = []

        mutating func read(_ name: String) {
            key.removeAll(keepingCapacity: true)
            numbers.removeAll(keepingCapacity: true)
            var digits: [UInt8] = []
            var isNumber = false
            for byte in name.utf8 {
                if Self.isDigit(byte) {
                    digits.append(byte)
                    isNumber = true
                    continue
                }
                if isNumber { end(&digits, &isNumber) }
                key.append(byte)
                if byte == UInt8(ascii: "%") { key.append(byte) }
            }
            if isNumber { end(&digits, &isNumber) }
        }

        private mutating func end(_ digits: inout [UInt8], _ isNumber: inout Bool) {
            numbers.append(String(decoding: digits, as: UTF8.self))
            digits.removeAll(keepingCapacity: true)
            isNumber = false
            key.append(UInt8(ascii: "%"))
            key.append(UInt8(ascii: "s"))
        }

        func texts(of name: String) -> [String] {
            var texts: [[UInt8]] = [[]]
            var isNumber = false
            for byte in name.utf8 {
                let isDigit = Self.isDigit(byte)
                if isDigit, !isNumber { texts.append([]) }
                isNumber = isDigit
                if !isDigit { texts[texts.count - 1].append(byte) }
            }
            return texts.map { String(decoding: $0, as: UTF8.self) }
        }

        private static func isDigit(_ byte: UInt8) -> Bool {
            byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        }
    }
}
