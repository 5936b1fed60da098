/// Works a text out, the groups in it included.
struct NodeSetEvaluation {
    private let groups: NodeSet.Groups
    private let limit: Int
    /// Names that may still be made.
    private var left: UInt64
    /// The groups whose text is being read, the outermost first.
    private var path: [NodeSet.Groups.Query] = []

    init(groups: NodeSet.Groups, limit: Int) {
        self.groups = groups
        self.limit = limit
        left = UInt64(limit)
    }

    /// The names of a text; `source`: of the groups that name none.
    mutating func names(of text: String, source: String? = nil) throws(NodeSetError) -> NodeSetNames {
        var parser = try NodeSetParser(text)
        var names = NodeSetNames()
        while let term = try parser.next() {
            let pattern = term.pattern
            guard pattern.nameBytesMax <= NodeSetLimits.nameBytesMax else {
                throw parser.limit(
                    "a name would have more than \(NodeSetLimits.nameBytesMax) bytes; write shorter ones")
            }
            guard let count = pattern.count, count <= left else {
                throw parser.limit("this makes more than \(limit) names; write a smaller range")
            }
            left -= count
            if !pattern.isGroup, !pattern.isWildcard, term.operation == .union {
                pattern.forEachName { names.insert($0) }
                continue
            }
            let operand: NodeSetNames
            do throws(NodeSet.Groups.Fault) {
                operand = try self.operand(pattern, source)
            } catch {
                throw parser.refusal(error.message)
            }
            names.apply(term.operation, operand)
        }
        return names
    }

    private mutating func operand(
        _ pattern: NodeSetPattern, _ source: String?
    ) throws(NodeSet.Groups.Fault) -> NodeSetNames {
        var written: [String] = []
        pattern.forEachName { written.append($0) }
        if pattern.isGroup { return try members(of: written, source) }
        return pattern.isWildcard ? try matches(of: written, source) : NodeSetNames(written)
    }

    private mutating func members(
        of groups: [String], _ source: String?
    ) throws(NodeSet.Groups.Fault) -> NodeSetNames {
        var names = NodeSetNames()
        for group in groups {
            let (query, source) = try Self.query(group.dropFirst(), source)
            names.apply(.union, try answer(query, group, source))
        }
        return names
    }

    /// `group`, `source:group`, `source:*`, `*`, or `@source` for the names of groups.
    private static func query(
        _ text: Substring, _ inherited: String?
    ) throws(NodeSet.Groups.Fault) -> (NodeSet.Groups.Query, source: String?) {
        if text.first == "@" {
            let source = text.dropFirst()
            return (.names(source: source.isEmpty ? inherited : String(source)), inherited)
        }
        let colon = text.firstIndex(of: ":")
        let source = colon.map { String(text[..<$0]) } ?? inherited
        let group = colon.map { text[text.index(after: $0)...] } ?? text
        guard !group.isEmpty, source?.isEmpty != true else {
            throw NodeSet.Groups.Fault("the name of a group is missing; write @group, @source:group or @*")
        }
        return (group == "*" ? .all(source: source) : .members(group: String(group), source: source), source)
    }

    private mutating func answer(
        _ query: NodeSet.Groups.Query, _ written: String, _ source: String?
    ) throws(NodeSet.Groups.Fault) -> NodeSetNames {
        guard !path.contains(query) else {
            throw NodeSet.Groups.Fault("the group \(written) is within itself; take it out of its own hosts")
        }
        guard path.count < NodeSetLimits.groupDepthMax else {
            throw NodeSet.Groups.Fault("more than \(NodeSetLimits.groupDepthMax) groups are within one another")
        }
        let text = try groups.answer(query)
        path.append(query)
        defer { path.removeLast() }
        do throws(NodeSetError) {
            return try names(of: text, source: source)
        } catch {
            throw NodeSet.Groups.Fault("the hosts of \(written): \(error)")
        }
    }

    /// The hosts that groups know of whose names match one of the masks.
    private mutating func matches(
        of masks: [String], _ source: String?
    ) throws(NodeSet.Groups.Fault) -> NodeSetNames {
        let all = try answer(.all(source: source), "all hosts", source)
        let masks = masks.map { Array($0.utf8) }
        return NodeSetNames(
            all.names.filter { name in
                let bytes = Array(name.utf8)
                return masks.contains { Self.matches($0, bytes) }
            })
    }

    /// Whether a name matches a mask: `*` stands for any characters, `?` for one. The last `*` alone is tried again, so
    /// it takes mask times name steps at most.
    static func matches(_ mask: [UInt8], _ name: [UInt8]) -> Bool {
        var (atMask, atName) = (0, 0)
        var retry: (mask: Int, name: Int)?
        while atName < name.count {
            if atMask < mask.count, mask[atMask] == UInt8(ascii: "*") {
                retry = (atMask, atName)
                atMask += 1
            } else if atMask < mask.count, mask[atMask] == UInt8(ascii: "?") {
                atMask += 1
                repeat { atName += 1 } while atName < name.count && name[atName] & 0xC0 == 0x80
            } else if atMask < mask.count, mask[atMask] == name[atName] {
                atMask += 1
                atName += 1
            } else if let last = retry {
                retry = (last.mask, last.name + 1)
                (atMask, atName) = (last.mask + 1, last.name + 1)
            } else {
                return false
            }
        }
        return mask[atMask...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
