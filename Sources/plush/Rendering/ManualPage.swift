import Foundation

/// The manual page in the macros of man(7).
struct ManualPage {
    private let command: CommandDescription
    private let version: String

    init(_ command: CommandDescription, version: String) {
        self.command = command
        self.version = version
    }

    /// The source of the page.
    var text: String {
        var lines = [
            ".TH PLUSH 1 \"\" \(Self.quoted("plush \(version)")) \(Self.quoted("User Commands"))",
            ".SH NAME", "plush \\- \(Self.escaped(Self.title(command.abstract ?? "")))",
            ".SH SYNOPSIS", ".B plush", ".I command", "[\\fIoption\\fR ...]",
            ".SH DESCRIPTION",
        ]
        lines += Self.paragraphs(command.discussion ?? "")
        lines.append(".SH COMMANDS")
        for child in commands { lines += section(child) }
        lines += Self.environment
        return lines.joined(separator: "\n") + "\n"
    }

    private var commands: [CommandDescription] {
        (command.subcommands ?? []).filter { $0.commandName != "help" }
    }

    private func section(_ child: CommandDescription) -> [String] {
        let arguments = (child.arguments ?? []).filter { $0.shouldDisplay && !Self.isCommon($0) }
        let positional = arguments.filter { $0.kind == "positional" }
        let usage = positional.map { argument in
            let value = argument.value + (argument.isRepeating ? " ..." : "")
            return argument.isOptional ? "[\(value)]" : value
        }
        let options = arguments.contains { $0.kind != "positional" } ? ["[option ...]"] : []
        var lines = [".SS \(Self.quoted((["plush", child.commandName] + options + usage).joined(separator: " ")))"]
        lines += Self.paragraphs(child.abstract ?? "")
        if let discussion = child.discussion { lines += [".PP"] + Self.paragraphs(discussion) }
        var title: String?
        for argument in arguments {
            if argument.sectionTitle != title, let section = argument.sectionTitle {
                lines += [".PP", "\\fI\(Self.escaped(section)):\\fR"]
            }
            title = argument.sectionTitle
            lines += entry(argument)
        }
        return lines
    }

    private func entry(_ argument: CommandDescription.Argument) -> [String] {
        var head = argument.value
        if argument.kind != "positional" {
            head = (argument.names ?? []).map(\.text).joined(separator: ", ")
            if argument.kind == "option" { head += " \(argument.value)" }
        }
        var remarks: [String] = []
        if let values = argument.allValues { remarks.append("values: \(values.joined(separator: ", "))") }
        if let value = argument.defaultValue, argument.kind == "option" { remarks.append("default: \(value)") }
        let text = (argument.abstract ?? "") + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))")
        let more = argument.discussion.map { [".IP", Self.line($0)] } ?? []
        return [".TP", "\\fB\(Self.escaped(head))\\fR", Self.line(text)] + more
    }

    /// `--help` and `--version` are the same everywhere.
    private static func isCommon(_ argument: CommandDescription.Argument) -> Bool {
        (argument.names ?? []).contains { $0.name == "help" || $0.name == "version" }
    }

    /// Blank lines part paragraphs; indented lines stand as they are.
    private static func paragraphs(_ text: String) -> [String] {
        var lines: [String] = []
        var isExample = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let indented = line.hasPrefix("  ")
            if indented != isExample { lines.append(indented ? ".nf" : ".fi") }
            isExample = indented
            lines.append(line.isEmpty ? ".PP" : Self.line(String(line)))
        }
        if isExample { lines.append(".fi") }
        return lines
    }

    private static let environment = [
        ".SH FILES", ".TP", "~/.plush/groups, /etc/plush/groups", "Groups of hosts, a line NAME: HOSTS each.", ".TP",
        "~/.plush/groups.conf, /etc/plush/groups.conf", "Sources of groups that are commands.", ".TP",
        "~/.plush/directory.xml", "Groups of hosts with users and ports, for specifications too.", ".TP",
        "~/.ssh/config, ~/.ssh/known_hosts", "As for", ".BR ssh (1).", ".SH ENVIRONMENT", ".TP", "NO_COLOR",
        "No colours, whatever the terminal.", ".TP", "TMPDIR", "Where a run keeps its files while it lasts.", ".TP",
        "SSH_AUTH_SOCK", "The ssh-agent whose keys are used.", ".SH SEE ALSO", ".BR ssh (1),", ".BR ssh_config (5)",
    ]

    /// A line of text: a point or an apostrophe at its beginning is none of a macro.
    private static func line(_ text: String) -> String {
        let escaped = escaped(text)
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "\\", with: "\\e").replacingOccurrences(of: "-", with: "\\-")
            .replacingOccurrences(of: "'", with: "\\(aq").replacingOccurrences(of: "^", with: "\\(ha")
            .replacingOccurrences(of: "~", with: "\\(ti").replacingOccurrences(of: "`", with: "\\(ga")
    }

    private static func quoted(_ text: String) -> String {
        "\"\(escaped(text).replacingOccurrences(of: "\"", with: "\\(dq"))\""
    }

    /// As man(7) wants it behind the name: no sentence.
    private static func title(_ text: String) -> String {
        text.prefix(1).lowercased() + text.dropFirst().prefix { $0 != "." }
    }
}
