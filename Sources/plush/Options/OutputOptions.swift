import ArgumentParser

/// How a run is shown, for every command that has one.
struct OutputOptions: ParsableArguments {
    @Flag(name: .customLong("json"), help: "One JSON object per line: start, output, outcome, warning, ..., summary.")
    var json = false

    @Flag(name: [.customShort("S"), .customLong("largest-code")], help: "Exit with the largest code of the commands.")
    var usesLargestCode = false

    @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Also show every host that joins, and its parent.")
    var verbose = false
}
