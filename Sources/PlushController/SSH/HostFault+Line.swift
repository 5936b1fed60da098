extension HostFault {
    /// Reads a line of a script of ``HostScript``, without its marker; nil where it tells no fault.
    init?(line: String) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.count >= 2, words[0] == "fault" else { return nil }
        let rest = words.dropFirst(2).joined(separator: " ")
        switch words[1] {
        case "nowhere": self = Self.nowhere(rest)
        case "temporary":
            self.init(
                .noTemporaryDirectory,
                "no directory for temporary files can be written there ($TMPDIR, /tmp, /var/tmp)",
                remedy: "make /tmp there writable for its users")
        case "machine":
            let (its, ours) = (words.dropFirst(2).first ?? "another", words.dropFirst(3).first ?? "this")
            self.init(
                .otherMachine, "its processor is \(its), the agent is for \(ours)",
                remedy: "leave such hosts out with -x, and run them apart with --agent")
        case "system":
            self.init(
                .otherSystem, "it runs \(Self.firstLine(of: rest.utf8)), and agents run on Linux",
                remedy: "leave such hosts out with -x")
        case "tools":
            self.init(
                .missingTools, "missing there, or not in PATH: \(rest.replacing(" ", with: ", "))",
                remedy: "install them: the agent's arrival is checked with the host's own tools")
        case "damaged":
            self.init(
                .damaged, "the agent arrived damaged: its SHA-256 is another",
                remedy: "try again; if it stays so, look at the host's memory and disk")
        case "run":
            let code = words.dropFirst(2).first ?? "?"
            let text = Self.firstLine(of: words.dropFirst(3).joined(separator: " ").utf8)
            self.init(
                .doesNotRun, "the agent does not run there: \(text.isEmpty ? "it ended" : text) (code \(code))",
                remedy: "see how old its kernel is (uname -r), and whether something there forbids new programs")
        case "clean":
            self.init(
                .notRemoved, "cached agents could not be removed: \(Self.lowered(rest))",
                remedy: "look at ~/.cache/plush there")
        default:
            self.init(.dialog, "unexpected answer of the start script: \(Self.firstLine(of: line.utf8))")
        }
    }

    /// `PLACE=CAUSE|PLACE=CAUSE|...`, each cause a word of the script or the end of a tool's message.
    private static func nowhere(_ text: String) -> HostFault {
        let places = text.split(separator: "|").map { part in
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let cause = pieces.count > 1 ? pieces[1] : ""
            return (place: pieces[0] == "home" ? "~/.cache/plush" : pieces[0], cause: cause, kind: kind(of: cause))
        }
        let kinds = Set(places.map(\.kind))
        let code = kinds.count == 1 ? kinds.first ?? .noPlace : .noPlace
        let causes = Set(places.map { words(for: $0.cause) })
        let detail =
            causes.count == 1
            ? "\(causes.first ?? "") in \(places.map(\.place).joined(separator: ", "))"
            : places.map { "\($0.place): \(words(for: $0.cause))" }.joined(separator: "; ")
        return HostFault(code, "no place for the agent: \(detail)", remedy: remedy(code))
    }

    private static func kind(of cause: String) -> Code {
        switch cause {
        case "noexec": .noExec
        case "No space left on device", "Disk quota exceeded": .noSpace
        case "Permission denied", "Read-only file system", "Operation not permitted": .notWritable
        default: .noPlace
        }
    }

    private static func words(for cause: String) -> String {
        switch cause {
        case "noexec": "programs may not be run (noexec)"
        case "absent": "there is no such directory"
        case "unsafe": "others could write there"
        case "foreign": "a directory has the agent's name"
        case "": "unknown cause"
        default: lowered(cause)
        }
    }

    private static func remedy(_ code: Code) -> String {
        switch code {
        case .noSpace: "make room in one of these places"
        case .noExec: "one of these places has to be mounted without noexec"
        case .notWritable: "make one of these places writable for the user"
        case .noPlace, .noTemporaryDirectory, .otherMachine, .otherSystem, .missingTools, .damaged, .doesNotRun,
            .notStarted, .agent, .noShell, .restrictedShell, .accountDisabled, .shell, .silent, .tooMuchNoise, .dialog,
            .notRemoved:
            "mend one of these places: the agent needs 20 MB there"
        }
    }

    /// As part of a sentence.
    private static func lowered(_ text: String) -> String {
        let shown = firstLine(of: text.utf8)
        return shown.prefix(1).lowercased() + shown.dropFirst()
    }
}
