import ArgumentParser
import PlushController

/// Times and places, for every command that builds a tree.
struct RunOptions: ParsableArguments {
    @Option(
        name: [.customShort("t"), .customLong("connect-timeout")],
        help: ArgumentHelp("How long a host may take to join; then it is unreachable.", valueName: "duration"))
    var connect = Milliseconds(value: 30_000)

    @Option(
        name: [.customShort("u"), .customLong("timeout"), .customLong("command-timeout")],
        help: ArgumentHelp(
            "How long a command may run; then it is stopped and timedOut (0: no limit).", valueName: "duration"))
    var command = Milliseconds(value: 0)

    @Option(
        name: .customLong("deadline"),
        help: ArgumentHelp("How long everything together may take (0: no limit).", valueName: "duration"))
    var deadline = Milliseconds(value: 0)

    @Option(
        name: .customLong("grace"),
        help: ArgumentHelp("Between asking a command to end (TERM) and ending it (KILL).", valueName: "duration"))
    var grace = Milliseconds(value: 2_000)

    @Option(
        name: .customLong("lease"),
        help: ArgumentHelp("How long agents live on when the controller is gone.", valueName: "duration"))
    var lease = Milliseconds(value: 30_000)

    @Option(
        name: .customLong("agent"),
        help: ArgumentHelp("The plush-agent executable (default: beside plush, or in ../libexec).", valueName: "path"),
        completion: .file())
    var agent: String?

    @Option(
        name: .customLong("agent-log"),
        help: ArgumentHelp("A file to which agents append what they refuse and why they end.", valueName: "file"))
    var agentLog: String?

    func apply(to options: inout ControllerOptions) {
        options.connectMilliseconds = connect.value
        options.commandMilliseconds = command.value
        options.deadlineMilliseconds = deadline.value
        options.graceMilliseconds = UInt32(clamping: grace.value)
        options.leaseMilliseconds = lease.value
        options.agentPath = agent
        options.agentLogPath = agentLog.map(AbsolutePath.of)
    }

    func validate() throws {
        if connect.value == 0 { throw ValidationError("-t takes a duration above 0") }
        if lease.value < 1_000 { throw ValidationError("--lease takes at least 1s: agents must outlive a busy moment") }
    }
}
