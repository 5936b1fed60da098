import ArgumentParser
import Foundation
import PlushController

/// The command line: its commands, and how their ends become exit codes.
@main
struct Plush: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plush",
        abstract: "Runs applications on hundreds to thousands of machines, over a tree of agents.",
        discussion: """
            Exit codes, the first that applies: 130 interrupted; 5 the tree itself failed; 2 usage or specification; \
            1 some command failed; 4 a command's time or the deadline passed; 3 some hosts unreachable or lost; 0.

            Durations are written 250ms, 5s, 2m or 1h; a number alone is seconds.
            """,
        version: Controller.version,
        subcommands: [
            RunCommand.self, ExecCommand.self, UpCommand.self, DownCommand.self, ListCommand.self,
            StatusCommand.self, JobsCommand.self, LogsCommand.self, WaitCommand.self, KillCommand.self,
            ShellCommand.self,
            NodeSetCommand.self, ValidateCommand.self, TreeCommand.self, CleanCommand.self, InitCommand.self,
            DoctorCommand.self, CompletionsCommand.self, ManualCommand.self,
        ]
    )

    /// ArgumentParser's own exit code for usage errors is 64; ours is 2.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            Foundation.exit(code.rawValue)
        } catch {
            let isUsage = exitCode(for: error) == .validationFailure
            guard isUsage else { exit(withError: error) }
            let message = fullMessage(for: error)
            Terminal.error(message)
            if let hint = UsageHint.hint(message, in: CommandLine.arguments) { Terminal.error(hint) }
            Foundation.exit(2)
        }
    }
}
