import ArgumentParser
import Foundation

/// How a run is shown, for every command that has one.
struct OutputOptions: ParsableArguments {
    @Flag(name: .customLong("json"), help: "One JSON object per line: start, output, outcome, warning, ..., summary.")
    var json = false

    @Flag(name: [.customShort("S"), .customLong("largest-code")], help: "Exit with the largest code of the commands.")
    var usesLargestCode = false

    @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Also show every host that joins, and its parent.")
    var verbose = false

    @Option(help: "Colours; auto: on terminals, unless NO_COLOR is set.")
    var color = Paint.Choice.auto

    @Option(
        name: .customLong("retry-file"),
        help: ArgumentHelp(
            "Where to write the hosts that did not end ok, with their outcomes: -w ^FILE takes them up again.",
            valueName: "file"),
        completion: .file())
    var retryFile: String?

    func validate() throws {
        guard let retryFile else { return }
        let folder = URL(fileURLWithPath: retryFile).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw ValidationError("--retry-file: a file cannot be made in '\(folder)'")
        }
    }
}
