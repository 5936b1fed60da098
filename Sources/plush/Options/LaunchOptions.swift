import ArgumentParser
import PlushController

/// How agents are started, for a command that does nothing but that.
struct LaunchOptions: ParsableArguments {
    /// What holds where nothing is said.
    enum Standard {
        static let connect = Milliseconds(value: 30_000)
        static let lease = Milliseconds(value: 30_000)
    }

    @Option(
        name: [.customShort("t"), .customLong("connect-timeout")],
        help: ArgumentHelp("How long a host may take to join; then it is unreachable.", valueName: "duration"))
    var connect = Standard.connect

    @Option(
        name: .customLong("lease"),
        help: ArgumentHelp("How long agents live on when the controller is gone.", valueName: "duration"))
    var lease = Standard.lease

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
        options.leaseMilliseconds = lease.value
        options.agentPath = agent.map(AbsolutePath.of)
        options.agentLogPath = agentLog.map(AbsolutePath.of)
    }

    func validate() throws {
        if connect.value == 0 { throw ValidationError("-t takes a duration above 0") }
        if lease.value < 1_000 { throw ValidationError("--lease takes at least 1s: agents must outlive a busy moment") }
    }
}
