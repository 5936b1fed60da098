import ArgumentParser

/// What becomes of the output of commands, for every command that runs some.
struct DisplayOptions: ParsableArguments {
    @Flag(name: [.customShort("b"), .customLong("fold")], help: "Gather output and fold equal output of hosts.")
    var folds = false

    @Flag(
        name: [.customShort("B"), .customLong("fold-all")],
        help: "As -b, with the errors that commands print below their output.")
    var foldsAll = false

    @Flag(name: [.customShort("L"), .customLong("label")], help: "Begin every line with the name of its host.")
    var labels = false

    @Flag(
        name: .customLong("diff"),
        help: "Show the output of most hosts, and how that of the others differs, as a unified diff.")
    var differs = false

    @Flag(
        name: .customLong("stats"),
        help: "Summarise the numbers in the output by their place: least, median, mean, most, outliers.")
    var counts = false

    func validate() throws {
        let given = [("-b", folds), ("-B", foldsAll), ("-L", labels), ("--diff", differs), ("--stats", counts)]
            .filter(\.1).map(\.0)
        if given.count > 1 { throw ValidationError("\(given.joined(separator: " and ")) exclude each other") }
    }

    /// The style that is asked for, if one is.
    var style: OutputStyle? {
        if folds { return .folded }
        if foldsAll { return .together }
        if differs { return .difference }
        if counts { return .statistics }
        return labels ? .labelled : nil
    }
}
