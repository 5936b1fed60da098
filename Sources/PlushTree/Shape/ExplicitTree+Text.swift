extension ExplicitTree {
    /// What a tree file calls the root.
    public static let rootName = "controller"

    /// Reads a tree file.
    ///
    /// A line names a parent, a colon right behind it, and children as node sets: `n1: n[2-5],m7`. The parent of the
    /// topmost hosts is `controller`. Lines may come in any order, and a parent in several of them; one without children
    /// says that a host is a leaf. What follows `#` is a comment.
    ///
    /// - Parameter names: the hosts in the order of their ranks, no two alike; the text has to give each of them exactly
    ///   one parent.
    /// - Throws: ``TreeError`` with the line.
    public init(_ text: String, names: [String]) throws(TreeError) {
        var reader = TreeFileReader(names)
        var number = 0
        // By bytes: `\r\n` is one character, and other newlines of Unicode would shift the numbers that editors show.
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            try reader.read(Substring(line).prefix { $0 != "#" }, number: number)
        }
        self = try reader.tree()
    }
}

/// The edges of a tree file, line by line.
private struct TreeFileReader {
    private let names: [String]
    private let hosts: [String: Int]
    /// By host: whether it has a parent, and which (nil: the root).
    private var parents: [Int?]
    /// By host: where it got its parent; 0 before that.
    private var lines: [Int]
    private var order: [Int] = []

    init(_ names: [String]) {
        self.names = names
        hosts = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        parents = Array(repeating: nil, count: names.count)
        lines = Array(repeating: 0, count: names.count)
        order.reserveCapacity(names.count)
    }

    private func name(_ parent: Int?) -> String {
        parent.map { names[$0] } ?? ExplicitTree.rootName
    }

    mutating func read(_ line: Substring, number: Int) throws(TreeError) {
        let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        guard let first = words.first else { return }
        guard first.count > 1, first.last == ":" else {
            throw TreeError(
                .syntax, line: number,
                "'\(TreeError.excerpt(line))' is not 'PARENT: CHILDREN', as in 'n1: n[2-5],m7'")
        }
        let parent = try self.parent(String(first.dropLast()), number: number)
        guard words.count == 2 else { return }
        let children: [String]
        do throws(NodeSetError) {
            children = try NodeSet.expand(String(words[1]))
        } catch {
            throw TreeError(.syntax, line: number, "among the children, \(error)")
        }
        for child in children { try attach(child, to: parent, number: number) }
    }

    private func parent(_ name: String, number: Int) throws(TreeError) -> Int? {
        if name == ExplicitTree.rootName { return nil }
        guard let host = hosts[name] else { throw unknown(name, number: number) }
        return host
    }

    private func unknown(_ name: String, number: Int) -> TreeError {
        TreeError(
            .structure, line: number,
            "\(TreeError.excerpt(name)) is not among the hosts; those are \(folded(names))")
    }

    private func folded(_ names: some Sequence<String>) -> String {
        TreeError.excerpt(NodeSet.fold(names), max: 200)
    }

    private mutating func attach(_ name: String, to parent: Int?, number: Int) throws(TreeError) {
        if name == ExplicitTree.rootName {
            throw TreeError(.structure, line: number, "\(name) is the root and can be nobody's child")
        }
        guard let child = hosts[name] else { throw unknown(name, number: number) }
        if child == parent { throw TreeError(.structure, line: number, "\(name) cannot be its own child") }
        guard lines[child] == 0 else {
            throw TreeError(
                .structure, line: number,
                "\(name) has a parent already: \(self.name(parents[child])), in line \(lines[child])")
        }
        parents[child] = parent
        lines[child] = number
        order.append(child)
    }

    func tree() throws(TreeError) -> ExplicitTree {
        let missing = names.indices.filter { lines[$0] == 0 }
        guard missing.isEmpty else {
            throw TreeError(
                .structure, "no line gives a parent to \(folded(missing.map { names[$0] })): every host needs one")
        }
        guard names.isEmpty || parents.contains(nil) else {
            throw TreeError(
                .structure, "no line begins with '\(ExplicitTree.rootName):', which is where the tree has to begin")
        }
        guard let tree = ExplicitTree(parents: parents, order: order) else { throw cycle() }
        return tree
    }

    /// Every host has a parent, and not all lead to the root: then some lead to themselves.
    private func cycle() -> TreeError {
        var leadsToRoot = [Bool](repeating: false, count: names.count)
        for start in names.indices {
            var path: [Int] = []
            var seen: Set<Int> = []
            var current: Int? = start
            while let host = current, !leadsToRoot[host] {
                guard seen.insert(host).inserted else {
                    let loop = [host] + path[(path.firstIndex(of: host) ?? 0)...].reversed()
                    let words = loop.map { names[$0] }.joined(separator: " > ")
                    return TreeError(
                        .structure, line: lines[host],
                        "here a circle closes that never reaches the \(ExplicitTree.rootName): "
                            + TreeError.excerpt(words, max: 200))
                }
                path.append(host)
                current = parents[host]
            }
            for host in path { leadsToRoot[host] = true }
        }
        return TreeError(.structure, "some hosts hang below each other and not below the \(ExplicitTree.rootName)")
    }
}
