import PlushTree

/// A file of groups: a line `NAME: NODESET` for each; lines that begin with a blank go on with the one before.
///
/// ```
/// compute: n[001-100]
/// gpu:     n[001-010],@special
/// # what @* means; without it, all groups together
/// all:     @compute,login
/// ```
struct GroupFile {
    /// The group that says what `@*` means.
    static let allName = "all"

    private(set) var names: [String] = []
    private var textByName: [String: String] = [:]

    /// Throws a fault with FILE:LINE. The node sets are read when somebody asks for them.
    init(_ text: GroupText, path: String) throws(NodeSet.Groups.Fault) {
        for line in text.lines {
            if line.isContinuation, let last = names.last {
                textByName[last, default: ""] += " " + line.text
                continue
            }
            guard let colon = line.text.firstIndex(of: ":") else {
                throw Self.fault(path, line, "found no colon; write NAME: HOSTS")
            }
            var name = line.text[..<colon]
            while let end = name.last, end.isWhitespace { name.removeLast() }
            guard GroupText.isName(name) else {
                throw Self.fault(
                    path, line, "\"\(name.prefix(40))\" is no name of a group; write letters, digits and _ - . + = /")
            }
            guard textByName[String(name)] == nil else {
                throw Self.fault(path, line, "the group \"\(name)\" is there already; leave one of the two")
            }
            names.append(String(name))
            textByName[String(name)] = String(line.text[line.text.index(after: colon)...])
        }
    }

    func members(of group: String) -> String? {
        textByName[group]
    }

    /// The node sets of all groups, in the order of the file.
    var texts: [String] {
        names.compactMap { textByName[$0] }
    }

    private static func fault(_ path: String, _ line: GroupText.Line, _ message: String) -> NodeSet.Groups.Fault {
        NodeSet.Groups.Fault("\(path):\(line.number): \(message)")
    }
}
