import ArgumentParser
import PlushController

/// `plush kill`: stops operations.
struct KillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract: "Stops operations of an overlay on all of their hosts.",
        usage: "plush kill [<options>] <op> ...",
        discussion: """
            Their commands are asked to end (TERM), and ended (KILL) when the grace of plush exec has passed. Returns at \
            once: plush wait waits for it.

            Examples:
              plush kill 3
              plush kill 3 && plush wait 3
              plush kill --on lab 3 4
            """
    )

    @Argument(help: ArgumentHelp("Operations; plush jobs lists them.", valueName: "op"))
    var operations: [UInt32]

    @OptionGroup(title: "Overlay") var overlay: OverlayOptions

    func run() async throws {
        let client = try overlay.connect()
        try await CommandError.reported {
            for number in operations { try await client.kill(number) }
        }
    }
}
