import ArgumentParser
import Foundation
import PlushSimulator

/// The simulator's command line: lives by seed, and scripted ones.
@main
struct PlushSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plush-sim",
        abstract: "Runs the overlay's protocol in a simulated world.",
        discussion: """
            The nodes are those of plush and plush-agent; machines, network, commands and time are made up. A seed says \
            everything about a life, and the same seed gives the same trace in every process.

            Exit codes: 1 a checker objected, or a golden file differs; 2 usage; 0.
            """,
        subcommands: [SwarmCommand.self, ScenarioCommand.self, ScaleCommand.self, StudyCommand.self],
        defaultSubcommand: SwarmCommand.self
    )

    /// ArgumentParser's own exit code for usage errors is 64; ours is 2.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            Foundation.exit(2)
        }
    }
}
