import Foundation
import PlushTree

/// A source of groups whose answers are what commands print: `map` the hosts of a group, `all` all hosts, `list` the
/// names of the groups. Where `all` is missing, all groups of `list` are asked for.
///
/// In a command `$GROUP`, `$SOURCE` and `$CFGDIR` are replaced by the group's name, the source's and the folder of
/// the file, wherever they stand, as ClusterShell does it; that is why names are held to letters that a shell leaves
/// alone. Commands run in that folder.
struct GroupCommands {
    let name: String
    private let commands: [String: String]
    private let folder: String

    /// A directory service that takes longer would hold up every command line.
    private static let millisecondsMax: UInt64 = 30_000

    init(
        name: String, commands: [String: String], folder: String, path: String
    ) throws(NodeSet.Groups.Fault) {
        guard commands["map"] != nil else {
            throw NodeSet.Groups.Fault("\(path): [\(name)]: the command map: is missing, which prints a group's hosts")
        }
        self.name = name
        self.commands = commands
        self.folder = folder
    }

    /// The hosts of a group; nil where the command prints nothing.
    func members(of group: String) throws(NodeSet.Groups.Fault) -> String? {
        guard GroupText.isName(group) else {
            throw NodeSet.Groups.Fault(
                "\"\(group.prefix(40))\" is no name of a group; write letters, digits and _ - . + = /")
        }
        let text = try run("map", group: group)
        return text.isEmpty ? nil : text
    }

    func all() throws(NodeSet.Groups.Fault) -> String? {
        if commands["all"] != nil { return try run("all") }
        guard commands["list"] != nil else {
            throw NodeSet.Groups.Fault("the source \(name) has neither all: nor list:, so it does not know all hosts")
        }
        var texts: [String] = []
        for group in try names() { texts.append(try members(of: group) ?? "") }
        return texts.joined(separator: " ")
    }

    func names() throws(NodeSet.Groups.Fault) -> [String] {
        guard commands["list"] != nil else { return [] }
        return try run("list").split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private func run(_ key: String, group: String = "") throws(NodeSet.Groups.Fault) -> String {
        let line = substituted(commands[key] ?? "", group: group)
        let outcome: OpenSSHTool.Outcome
        do {
            outcome = try OpenSSHTool.run(
                ["/bin/sh", "-c", "cd -- \"$0\" || exit\n" + line, folder],
                environment: ProcessInfo.processInfo.environment, milliseconds: Self.millisecondsMax,
                cancel: BlockingWork.CancelFlag())
        } catch {
            throw NodeSet.Groups.Fault("the source \(name): \(key): the command cannot be started: \(error)")
        }
        guard outcome.code == 0 else {
            let cause = outcome.isLate ? "took more than \(Self.millisecondsMax / 1_000) s" : "failed"
            let words = outcome.words.isEmpty ? "" : ": \(outcome.words.prefix(200))"
            let asked = group.isEmpty ? "" : " for \"\(group)\""
            throw NodeSet.Groups.Fault("the source \(name): its command \(key):\(asked) \(cause)\(words)")
        }
        guard let text = String(validating: outcome.output, as: UTF8.self) else {
            throw NodeSet.Groups.Fault("the source \(name): its command \(key): printed no text in UTF-8")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func substituted(_ command: String, group: String) -> String {
        var line = command
        for (variable, value) in [("GROUP", group), ("SOURCE", name), ("CFGDIR", folder)] {
            line = line.replacingOccurrences(of: "${\(variable)}", with: value)
                .replacingOccurrences(of: "$\(variable)", with: value)
        }
        return line
    }
}
