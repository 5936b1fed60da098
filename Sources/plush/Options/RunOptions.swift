import ArgumentParser
import PlushController

/// Times and places besides ``ReachOptions``, for every command that builds a tree.
struct RunOptions: ParsableArguments {
    @Option(
        name: [.customShort("u"), .customLong("timeout"), .customLong("command-timeout")],
        help: ArgumentHelp(
            "How long a command may run; then it is stopped and timedOut; 0 is no limit.", valueName: "duration"))
    var command = Milliseconds(value: 0)

    @Option(
        name: .customLong("grace"),
        help: ArgumentHelp(
            "Between asking a command to end, with TERM, and ending it, with KILL.", valueName: "duration"))
    var grace = Milliseconds(value: 2_000)

    @Option(
        name: .customLong("lease"),
        help: ArgumentHelp("How long agents live on when the controller is gone.", valueName: "duration"))
    var lease = LaunchOptions.Standard.lease

    @Option(
        name: .customLong("agent-log"),
        help: ArgumentHelp("A file to which agents append what they refuse and why they end.", valueName: "file"),
        completion: .file())
    var agentLog: String?

    func apply(to options: inout ControllerOptions) {
        options.commandMilliseconds = command.value
        options.graceMilliseconds = UInt32(clamping: grace.value)
        options.leaseMilliseconds = lease.value
        options.agentLogPath = agentLog.map(AbsolutePath.of)
    }

    func validate() throws {
        if lease.value < 1_000 { throw ValidationError("--lease takes at least 1s: agents must outlive a busy moment") }
    }
}
