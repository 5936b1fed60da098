import ArgumentParser
import Foundation
import PlushController
import PlushTree

/// `plush status`: what the controller of an overlay knows of its hosts.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows the hosts of an overlay by state, depth and agent, folded.",
        usage: "plush status [<options>] [<name>]",
        discussion: """
            Ends with 0 where every host is in the tree, with 3 where some are not.

            Examples:
              plush status
              plush status lab
              plush status --on lab --json
            """
    )

    @OptionGroup(title: "Overlay") var overlay: OverlayOptions

    @Argument(help: ArgumentHelp("The same as --on.", valueName: "name"))
    var name: String?

    @Option(help: "Colours; auto: on terminals, unless NO_COLOR is set.")
    var color = Paint.Choice.auto

    @Flag(help: "One JSON object.")
    var json = false

    func validate() throws {
        if name != nil, overlay.name != nil { throw ValidationError("--on and a name say the same thing: give one") }
    }

    func run() async throws {
        let client = try OverlayOptions.connect(name ?? overlay.name)
        let (status, names) = try await CommandError.reported {
            (try await client.status(), try await client.hosts().names)
        }
        let report = StatusReport(status, HostNames(names: names), Paint(color))
        if json { report.writeJSON() } else { report.write() }
        if status.joined.count < status.overlay.hostCount { throw ExitCode(3) }
    }
}
