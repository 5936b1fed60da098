import PlushTree

/// A `groups.conf`: sections of sources whose answers come from commands, written as ClusterShell's are.
///
/// ```
/// [Main]
/// default: slurm
/// [slurm]
/// map:  sinfo -h -o "%N" -p $GROUP
/// all:  sinfo -h -o "%N"
/// list: sinfo -h -o "%R"
/// ```
struct GroupConfiguration {
    private(set) var defaultName: String?
    private(set) var sources: [GroupCommands] = []

    private static let mainName = "main"
    /// What ClusterShell's files may hold besides and what means nothing here.
    private static let ignoredKeys: Set<String> = ["reverse", "cache_time", "confdir", "autodir", "groupsdir"]

    /// Throws a fault with FILE:LINE.
    init(_ text: GroupText, path: String, folder: String) throws(NodeSet.Groups.Fault) {
        var section: String?
        var commands: [String: [String: String]] = [:]
        var order: [String] = []
        var lastKey: String?
        for line in text.lines {
            if line.isContinuation, let section, let lastKey {
                commands[section]?[lastKey]? += "\n" + line.text
                continue
            }
            if line.text.hasPrefix("["), line.text.hasSuffix("]") {
                let name = String(line.text.dropFirst().dropLast())
                guard GroupText.isName(name), commands[name] == nil else {
                    throw Self.fault(path, line, "\"\(name.prefix(40))\" is no name of a source, or is there already")
                }
                section = name
                commands[name] = [:]
                order.append(name)
                lastKey = nil
                continue
            }
            guard let section, let (key, value) = Self.setting(line.text) else {
                throw Self.fault(path, line, "found neither a [SECTION] nor KEY: VALUE in one")
            }
            try Self.check(key, isMain: section.lowercased() == Self.mainName, path, line)
            commands[section]?[key] = value
            lastKey = key
        }
        for name in order {
            let keys = commands[name] ?? [:]
            if name.lowercased() == Self.mainName {
                defaultName = keys["default"]
            } else {
                sources.append(try GroupCommands(name: name, commands: keys, folder: folder, path: path))
            }
        }
    }

    private static func setting(_ text: Substring) -> (key: String, value: String)? {
        guard let sign = text.firstIndex(where: { $0 == ":" || $0 == "=" }) else { return nil }
        let key = text[..<sign].filter { !$0.isWhitespace }.lowercased()
        return (key, String(text[text.index(after: sign)...].drop { $0.isWhitespace }))
    }

    private static func check(
        _ key: String, isMain: Bool, _ path: String, _ line: GroupText.Line
    ) throws(NodeSet.Groups.Fault) {
        let allowed = isMain ? ["default"] : ["map", "all", "list"]
        guard allowed.contains(key) || ignoredKeys.contains(key) else {
            throw fault(
                path, line, "\"\(key.prefix(40))\" is not known here; there are \(allowed.joined(separator: ", "))")
        }
    }

    private static func fault(_ path: String, _ line: GroupText.Line, _ message: String) -> NodeSet.Groups.Fault {
        NodeSet.Groups.Fault("\(path):\(line.number): \(message)")
    }
}
