import ArgumentParser
import Foundation
import PlushController

/// `plush shell`: lines for the hosts of an overlay.
struct ShellCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell",
        abstract: "Runs what is typed on the hosts of an overlay.",
        usage: "plush shell [<options>]",
        discussion: """
            Every line is run on the selected hosts, and its output folded; help lists what else there is. On a terminal \
            with libedit, lines are edited, completed and kept in ~/.plush/history. The exit code is that of the last line.

            Examples:
              plush up -w 'n[001-100]' && plush shell
              plush shell --on lab
              plush shell < commands
              echo uptime | plush shell
            """
    )

    @OptionGroup(title: "Overlay") var overlay: OverlayOptions

    @Option(
        name: .customLong("directory"),
        help: ArgumentHelp(
            "The directory file with the groups that @@group names (default: ~/.plush/directory.xml).",
            valueName: "file"),
        completion: .file())
    var directory: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        let places = OverlayPlaces()
        let (name, groups) = (overlay.name, HostGroups(HostGroups.Places(directoryPath: directory)))
        let output = output
        let code = try await CommandError.reported {
            var shell = try await OverlayShell(try places.choose(name), in: places, groups: groups, output: output)
            return await shell.run()
        }
        Foundation.exit(code)
    }
}
