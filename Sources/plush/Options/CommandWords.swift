/// The words of a command behind the options of `plush`. An option among them without `--` would be taken for one of ours,
/// at times without a sound: `plush exec -w n1 grep -l root FILE` would log in as root.
enum CommandWords {
    static let rule = "the command comes last; its own options need -- before it: plush exec -w 'n[1-4]' -- ls -l"

    /// Whether the words that were taken for the command are all that follows `--`, or else the end of the line.
    static func areLast(_ command: [String], in arguments: [String]) -> Bool {
        guard let terminator = arguments.firstIndex(of: "--") else {
            return arguments.suffix(command.count).elementsEqual(command)
        }
        return arguments[(terminator + 1)...].elementsEqual(command)
    }

    /// What may be behind an error in the arguments, unless that says so itself.
    static func hint(_ error: String, in arguments: [String]) -> String? {
        guard arguments.dropFirst().first == "exec", !arguments.contains("--"), !error.contains(rule) else {
            return nil
        }
        return "Note: \(rule)"
    }
}
