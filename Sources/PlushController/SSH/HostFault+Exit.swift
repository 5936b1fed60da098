import PlushSSH

extension HostFault {
    /// The start command ended before the agent or its script had said what is wrong.
    package init(exit: SSHExit, errorOutput: [UInt8], reply: HostReply) {
        self.init(exit: exit, errorOutput: errorOutput, said: reply.noise)
    }

    /// `said`: the beginning of what came on standard output and was no word of ours.
    init(exit: SSHExit, errorOutput: [UInt8], said: [UInt8]) {
        let error = Self.firstLine(of: errorOutput)
        let noise = Self.firstLine(of: said)
        let all = [error, noise].filter { !$0.isEmpty }
        let ending = Self.ending(exit)
        if let words = all.first(where: Self.isDisabledAccount) {
            self.init(
                .accountDisabled,
                "the account may not run commands there: \(words.hasSuffix(".") ? words.dropLast() : words[...])",
                remedy: "use another account (-l), or have its login shell changed")
        } else if error.hasPrefix("plush-agent: ") {
            self.init(
                .agent, "the agent could not begin: \(error.dropFirst("plush-agent: ".count))",
                remedy: "look at its directory for temporary files")
        } else if error.contains("/bin/sh") && Self.saysMissing(error) {
            self.init(
                .noShell, "there is no /bin/sh there: \(error)", remedy: "plush needs a POSIX shell on every host")
        } else if error.contains("restricted") {
            self.init(
                .restrictedShell, "the login shell is restricted: \(error)",
                remedy: "use an account with an unrestricted shell (-l)")
        } else if Self.isFailureToStart(exit, error) {
            self.init(
                .notStarted, "the agent could not be started: \(error.isEmpty ? ending : error)",
                remedy: "see whether ~/.cache/plush there may hold programs, or remove it with plush clean")
        } else if let words = all.first {
            self.init(
                .shell, "the login shell \(ending): \(words)", remedy: "see what a plain ssh to it says")
        } else {
            self.init(
                .silent, "the login shell \(ending) and said nothing",
                remedy: "see what a plain ssh to it says, and whether its start-up files end the shell")
        }
    }

    private static func ending(_ exit: SSHExit) -> String {
        switch exit {
        case .code(let code): "ended with code \(code)"
        case .signal(let name): "was ended by signal \(name)"
        }
    }

    /// nologin(8), its kin, and what administrators put in their place.
    private static func isDisabledAccount(_ words: String) -> Bool {
        let words = words.lowercased()
        return words.contains("account is currently not available") || words.contains("account is disabled")
            || words.contains("nologin")
    }

    private static func saysMissing(_ words: String) -> Bool {
        let words = words.lowercased()
        return words.contains("not found") || words.contains("no such file") || words.contains("unknown command")
            || words.contains("does not exist") || words.contains("not executable")
    }

    /// 126 and 127 are what every shell ends with where a program cannot be started. A program of another machine is
    /// read as a script by dash and busybox, which soon find an error in it (code 2).
    private static func isFailureToStart(_ exit: SSHExit, _ error: String) -> Bool {
        switch exit {
        case .code(126), .code(127): true
        case .code(2): error.contains("yntax error")
        case .code: false
        case .signal(let name): ["ILL", "SEGV", "BUS"].contains(name)
        }
    }
}
