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
}
