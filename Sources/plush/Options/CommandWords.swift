/// The words of a command behind the options of `plush`. An option among them without `--` would be taken for one of ours,
/// at times without a sound: `plush exec -w n1 grep -l root FILE` would log in as root.
enum CommandWords {
    static let rule = "the command comes last; its own options need -- before it: plush exec -w 'n[1-4]' -- ls -l"

    /// What is wrong where the words that were taken for the command are not all that follows `--`, or else the end of
    /// the line.
    static func fault(_ command: [String], in arguments: [String]) -> String? {
        guard let terminator = arguments.firstIndex(of: "--") else {
            return arguments.suffix(command.count).elementsEqual(command) ? nil : rule
        }
        guard let stray = command.first, !arguments[(terminator + 1)...].elementsEqual(command) else { return nil }
        return "'\(stray)' before -- belongs to no option: is the one before it spelled right? "
            + "-- stands before the whole command"
    }
}
