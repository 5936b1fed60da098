import ArgumentParser
import PlushController
import PlushTree

/// `plush logs`: what an operation has told, again.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Shows the output of an operation of an overlay again, and follows it.",
        usage: "plush logs [<options>] <op>",
        discussion: """
            Without -f what there is so far is shown, and the exit code is 0; with -f, or once the operation has ended, it \
            is that of the operation. Ctrl-C ends this command alone. Of output beyond 64 MiB the oldest is given up.

            Examples:
              plush logs 3
              plush logs 3 -f -L
              plush logs --on lab 3 -b
            """
    )

    @Argument(help: ArgumentHelp("The operation's number; plush jobs lists them.", valueName: "op"))
    var operation: UInt32

    @Flag(name: [.customShort("f"), .customLong("follow")], help: "Go on until the operation has ended.")
    var follows = false

    @OptionGroup(title: "Overlay") var overlay: OverlayOptions
    @OptionGroup(title: "Output of commands") var display: DisplayOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() async throws {
        let client = try overlay.connect()
        let number = operation
        let (all, job) = try await CommandError.reported {
            (try await client.hosts(), try await client.job(number))
        }
        let waits = follows
        try await Session(
            output: output, style: display.style ?? .plain, showsPhases: false, names: all.names,
            fullNames: all.fullNames
        )
        .perform(OverlayRun(client, hosts: all), isOwn: false) { try await $0.follow(job, waits: waits) }
    }
}
