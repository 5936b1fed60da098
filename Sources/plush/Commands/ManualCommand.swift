import ArgumentParser
import Foundation
import PlushController

/// `plush manual`: the manual page, made from the commands themselves.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Prints the manual page.",
        discussion: """
            scripts/install puts it where man(1) looks.

            Examples:
              plush manual | man -l -
              plush manual > plush.1
            """
    )

    func run() throws {
        let description = try JSONDecoder().decode(CommandDescription.Root.self, from: Data(Plush._dumpHelp().utf8))
        Terminal.output(Array(ManualPage(description.command, version: Controller.version).text.utf8))
    }
}
