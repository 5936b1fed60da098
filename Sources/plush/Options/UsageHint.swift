/// What may be behind an error in the arguments, where ArgumentParser cannot know it.
enum UsageHint {
    /// A line to show behind `error`, if there is something to say.
    static func hint(_ error: String, in arguments: [String]) -> String? {
        if isOfTheCommand(error, arguments) { return "Note: \(CommandWords.rule)" }
        guard error.contains("<duration>'"), error.contains(" is invalid ") else { return nil }
        return "Note: a duration is 250ms, 5s, 2m or 1h; a number alone is seconds"
    }

    /// Whether the option that is wrong may be meant for the command of `exec`: nobody has it, or it stands behind a
    /// word that is no value of an option.
    private static func isOfTheCommand(_ error: String, _ arguments: [String]) -> Bool {
        guard arguments.dropFirst().first == "exec", !arguments.contains("--") else { return false }
        if error.contains("Unknown option") { return true }
        guard error.contains("Missing value for") || error.contains(" is invalid for ") else { return false }
        let words = arguments.dropFirst(2)
        let isWrong = { (word: String) in
            word.hasPrefix("-") && (error.contains("'\(word) ") || error.contains("'\(word)'"))
        }
        guard let wrong = words.lastIndex(where: isWrong) else { return false }
        var before = ""
        for word in words[..<wrong] {
            if !word.hasPrefix("-"), !before.hasPrefix("-") { return true }
            before = word
        }
        return false
    }
}
