import ArgumentParser
import PlushController

/// `plush wait`: until operations have ended.
struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Waits for operations of an overlay, and ends with their exit code.",
        usage: "plush wait [<options>] [<op> ...]",
        discussion: """
            Without a number it waits for all that run. The exit code is that of plush exec for the first of them that did \
            not end well, in their order.

            Examples:
              plush wait 3
              plush wait
              plush exec --on lab --detach -- make | xargs plush wait --on lab
            """
    )

    @Argument(help: ArgumentHelp("Operations; plush jobs lists them.", valueName: "op"))
    var operations: [UInt32] = []

    @OptionGroup(title: "Overlay") var overlay: OverlayOptions

    @Flag(name: [.customShort("S"), .customLong("largest-code")], help: "Exit with the largest code of the commands.")
    var usesLargestCode = false

    @Flag(help: "One JSON object per line.")
    var json = false

    func run() async throws {
        let client = try overlay.connect()
        let code = try await CommandError.reported {
            var numbers = operations
            if numbers.isEmpty { numbers = try await client.jobs().filter(\.isOpen).map(\.number) }
            var code: Int32 = 0
            for number in numbers {
                let summary = try await client.wait(for: number)
                show(number, summary)
                if code == 0 { code = summary.exitCode(usesLargestCode: usesLargestCode) }
            }
            return code
        }
        if code != 0 { throw ExitCode(code) }
    }

    private func show(_ number: UInt32, _ summary: Summary) {
        guard json else { return Terminal.error("operation \(number): \(summary.account)") }
        JSONValue.write(
            "ended",
            [("operation", .number(Int(number)))] + summary.fields + [("interrupted", .flag(summary.isInterrupted))])
    }
}
