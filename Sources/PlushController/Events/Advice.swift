import PlushWire

/// What to try next, by what happened: every failure that a user is shown comes with one.
public enum Advice {
    /// For a host that did not join the tree.
    public static func remedy(unreachable cause: String) -> String {
        if cause.contains("did not answer") || cause.contains("did not attach") {
            return "give it more time with -t, or look at the load of the machine"
        }
        if cause.hasPrefix(LaunchMessage.parentUnreachable) {
            return "hosts must be able to connect to one another; --tree flat needs SSH from here alone"
        }
        if cause.lowercased().contains("open files") || cause.contains("processes") {
            return "raise ulimit -n and ulimit -u, or ask for fewer hosts"
        }
        if cause.contains("no agent") || cause.contains("cannot start") { return "check the agent named by --agent" }
        if cause.contains("version") { return "use the plush-agent that was built with this plush" }
        return "run again with --agent-log FILE and read what the agent says there"
    }

    /// For an outcome of a command.
    public static func remedy(_ outcome: Outcome) -> String {
        switch outcome.kind {
        case .ok: return ""
        case .failed:
            if outcome.code == 127 { return "the program is not there: check its path and PATH" }
            if outcome.code == 126 { return "the program cannot be run: check its mode and kind" }
            return "see its output"
        case .timedOut: return "give it more time with -u, or look at what it waits for"
        case .unreachable: return "see the cause given for the host above"
        case .lost: return "whether it ran there is not known: check the host before running again"
        case .notStarted: return "it did not run there: run again on these hosts"
        }
    }
}
