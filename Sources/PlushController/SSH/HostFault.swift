import PlushSSH

/// Why a host that lets us in cannot run the agent. Equal trouble gives equal values, so that hosts can be folded.
package struct HostFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds.
    package enum Code: Hashable, Sendable {
        /// None of the places for the agent can be used, for various reasons; or for one, as the next three say.
        case noPlace
        case noSpace
        case notWritable
        case noExec
        /// No directory for temporary files.
        case noTemporaryDirectory
        case otherMachine
        case otherSystem
        case missingTools
        /// Other bytes arrived than were sent.
        case damaged
        /// The kernel starts the agent, but it does not work.
        case doesNotRun
        /// The kernel, or a shell in its stead, could not start what is cached as the agent.
        case notStarted
        /// The agent itself gave up before it said its first word.
        case agent
        case noShell
        case restrictedShell
        case accountDisabled
        /// Anything else that ended the login shell.
        case shell
        case silent
        case tooMuchNoise
        /// The script and its reader do not understand each other: a fault of Plush.
        case dialog
        /// Cached agents could not be removed.
        case notRemoved
    }

    /// Which kind.
    package let code: Code
    /// What happened, without the host's name.
    package let message: String
    /// What the user may try; empty when there is nothing better than to look at the host.
    package let remedy: String

    init(_ code: Code, _ message: String, remedy: String = "") {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    package var description: String { message }

    /// The same as a failure of SSH.
    package var failure: SSHFailure {
        SSHFailure(.session, message, remedy: remedy)
    }

    /// Whether the host should be asked once more, with `isThorough`: a stamped agent did not start, so what the stamp
    /// vouches for is no longer so (the file system is mounted noexec now, or another host of the same name stamped it).
    package var deservesCloserLook: Bool {
        code == .notStarted
    }

    static let tooMuchNoise = HostFault(
        .tooMuchNoise,
        "the start-up files of the login shell printed more than \(HostReplyScanner.noiseBytesMax) bytes",
        remedy: "make them print only where the shell is interactive")

    /// The first line that says something, fit to be shown: no control characters, at most 200 characters.
    package static func firstLine(of bytes: some Sequence<UInt8>) -> String {
        let lines = String(decoding: Array(bytes), as: UTF8.self).split(whereSeparator: \.isNewline)
        for line in lines {
            let shown = String(line.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }.map(Character.init))
                .trimmed.prefix(200)
            if shown.isEmpty || isWarning(shown) { continue }
            return String(shown)
        }
        return ""
    }

    /// What sshd and shells say first where a home directory or a locale is missing, which is never the cause.
    private static func isWarning(_ line: Substring) -> Bool {
        line.hasPrefix("Could not chdir to home directory") || line.contains("setlocale: LC_")
            || line.contains("setlocale: cannot change")
    }
}

extension String {
    /// Without spaces at both ends.
    fileprivate var trimmed: Substring {
        let start = drop { $0 == " " }
        guard let last = start.lastIndex(where: { $0 != " " }) else { return "" }
        return start[...last]
    }
}
