import ArgumentParser
import PlushController
import PlushTree

/// `plush nodeset`: node sets for people and scripts, without any host.
struct NodeSetCommand: ParsableCommand {
    /// What is asked.
    enum Question: String, EnumerableFlag {
        case fold
        case expand
        case count
        case groups

        static func name(for value: Question) -> NameSpecification {
            let short: [Question: Character] = [.fold: "f", .expand: "e", .count: "c", .groups: "l"]
            return [.customLong(value.rawValue), .customShort(short[value] ?? "f")]
        }

        static func help(for value: Question) -> ArgumentHelp? {
            switch value {
            case .fold: "The shortest text for the names."
            case .expand: "All names."
            case .count: "How many names."
            case .groups: "The names of the groups of the sources that are named, or of all."
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "nodeset",
        abstract: "Folds, expands and counts node sets, and lists groups of hosts.",
        usage: "plush nodeset [<options>] [<set> ...]",
        discussion: """
            Several sets are taken together; without any, or for -, they are read from standard input. In a set, names \
            stand side by side or with a comma between them; A!B is A without B, A&B what both have, A^B what one of \
            them has, from left to right.

            Examples:
              plush nodeset --fold n1 n2 n3 n10
              plush nodeset --expand 'n[001-100/2]!n[050-060]'
              plush nodeset --expand @gpu '@rack[1-3]' --separator '\\n'
              plush nodeset --groups
              squeue -h -o %N | plush nodeset --fold
            """
    )

    @Flag(exclusivity: .exclusive) var question = Question.fold

    @Option(
        name: [.customShort("S"), .customLong("separator")],
        help: ArgumentHelp(
            "Between names of --expand and --groups (\\n: a line each; default: a space).", valueName: "text"))
    var separator: String?

    @Option(
        name: .customLong("directory"),
        help: ArgumentHelp("The directory file (default: ~/.plush/directory.xml).", valueName: "file"),
        completion: .file(extensions: ["xml"]))
    var directory: String?

    @Flag(help: "One JSON object.")
    var json = false

    @Argument(help: ArgumentHelp("Node sets; with --groups, sources of groups.", valueName: "set"))
    var sets: [String] = []

    func run() throws {
        let groups = HostGroups(HostGroups.Places(directoryPath: directory))
        let names = try UsageError.reported {
            question == .groups ? try groups.names(of: sets) : try NodeSetTexts.names(of: sets, groups: groups)
        }
        guard !json else { return show(names) }
        let between = (separator ?? " ").replacing("\\n", with: "\n").replacing("\\t", with: "\t")
        switch question {
        case .fold: print(NodeSet.fold(names))
        case .expand: print(NodeSet.ordered(names).joined(separator: between))
        case .groups: print(names.joined(separator: between))
        case .count: print(names.count)
        }
    }

    private func show(_ names: [String]) {
        var fields: [(String, JSONValue)] = [("count", .number(names.count))]
        switch question {
        case .fold: fields.append(("folded", .text(NodeSet.fold(names))))
        case .expand: fields.append(("names", .list(NodeSet.ordered(names).map { .text($0) })))
        case .groups: fields.append(("groups", .list(names.map { .text($0) })))
        case .count: break
        }
        JSONValue.write("nodeset", fields)
    }
}
