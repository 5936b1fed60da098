import ArgumentParser
import PlushController

/// How long hosts may take, for every command that reaches some.
struct ReachOptions: ParsableArguments {
    @Option(
        name: [.customShort("t"), .customLong("connect-timeout")],
        help: ArgumentHelp("How long a host may take to join; then it is unreachable.", valueName: "duration"))
    var connect = LaunchOptions.Standard.connect

    @Option(
        name: .customLong("deadline"),
        help: ArgumentHelp("How long everything together may take; 0 is no limit.", valueName: "duration"))
    var deadline = Milliseconds(value: 0)

    @Option(
        name: .customLong("agent"),
        help: ArgumentHelp("The plush-agent executable (default: beside plush, or in ../libexec).", valueName: "path"),
        completion: .file())
    var agent: String?

    func apply(to options: inout ControllerOptions) {
        options.connectMilliseconds = connect.value
        options.deadlineMilliseconds = deadline.value
        options.agentPath = agent
    }

    func validate() throws {
        if connect.value == 0 { throw ValidationError("-t takes a duration above 0") }
    }
}
