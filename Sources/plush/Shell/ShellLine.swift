/// A line of the shell, as it is meant.
enum ShellLine: Equatable {
    case empty
    /// For the hosts that are selected.
    case broadcast(String)
    /// `@SET`, `@@GROUP`; nothing behind it selects all.
    case select(String)
    /// `!COMMAND`, on this machine.
    case local(String)
    /// `=`: folded, or as it comes.
    case toggle
    case hosts
    case status
    case tree
    case jobs
    case logs(UInt32)
    case kill(UInt32)
    case help
    case quit
    /// A word of the shell with something wrong behind it.
    case wrong(String)

    /// Words that are not sent anywhere; `command status` is.
    static let words = ["help", "hosts", "jobs", "kill", "logs", "quit", "status", "tree"]

    init(_ text: String) {
        let line = text.drop { $0 == " " || $0 == "\t" }
        guard let first = line.first, first != "#" else {
            self = .empty
            return
        }
        let rest = line.dropFirst().drop { $0 == " " }
        switch first {
        case "@": self = .select(String(rest))
        case "!": self = .local(String(rest))
        case "=" where rest.isEmpty: self = .toggle
        default: self = Self.word(String(line))
        }
    }

    private static func word(_ line: String) -> ShellLine {
        let words = line.split(separator: " ").map(String.init)
        let alone: [String: ShellLine] = [
            "help": .help, "hosts": .hosts, "status": .status, "tree": .tree, "jobs": .jobs, "quit": .quit,
            "exit": .quit,
        ]
        if words.count == 1, let known = alone[words[0]] { return known }
        guard let verb = words.first, verb == "logs" || verb == "kill" else { return .broadcast(line) }
        guard words.count > 1 else { return .wrong("write \(verb) OP; jobs lists the operations") }
        // kill -9 1234, and whatever else is no operation, is for the hosts.
        guard words.count == 2, let number = UInt32(words[1]) else { return .broadcast(line) }
        return verb == "logs" ? .logs(number) : .kill(number)
    }

    static let manual = """
        a line             is run on the selected hosts, by their /bin/sh
        @SET, @@GROUP      selects hosts of the overlay, as with -w; @ alone selects all
        =                  shows output folded at the end, or as it comes
        !COMMAND           runs on this machine
        status, tree       what is known of the hosts, and who is below whom
        hosts              the hosts that are selected
        jobs               operations; logs OP shows one again, kill OP stops one
        quit, Ctrl-D       leaves; the overlay stays
        While a command runs, Enter shows where it has not ended, and Ctrl-C stops it.
        A command that is called as one of these words is sent with 'command' before it.

        """
}
