import Foundation

/// The commands that a host is asked to run over SSH.
///
/// sshd hands such a command to the user's login shell with `-c`, whichever shell that is. So each is
/// `exec /bin/sh -c 'SCRIPT' plush WORD...`, which means the same to bash, dash, zsh, ksh, csh, tcsh, fish and busybox:
/// the script is one line without a single quote, without `!` (csh expands it even in single quotes), without a
/// backslash before a quote or another backslash (fish takes those away), and short enough for csh, which refuses words
/// of 8 KiB; the words need no quoting at all.
///
/// What a script has to say it prints as lines that begin with ``HostReply/marker``; see ``HostReply``.
package enum HostScript {
    /// A script of which the old csh would say "Word too long." is not made; its buffer takes 8,192 bytes.
    static let scriptBytesMax = 7_000
    /// Far more than a path that anybody writes, and within that limit together with the rest.
    static let logPathBytesMax = 512

    /// The command that becomes the agent on a host.
    ///
    /// - `agentHash`: SHA-256 of the agent in lower-case hexadecimal, see ``AgentImage``.
    /// - `machine`: what `uname -m` says where it runs.
    /// - `token`: `OVERLAY.RANK`, unlike that of any other launch; names the agent's directory and its temporary files.
    /// - `logPath`: a file on the host to which the agent appends its log.
    /// - `isThorough`: looks at the cached agent anew instead of believing its stamp: for a host where what the stamp
    ///   vouches for did not start.
    ///
    /// Throws ``ControllerError`` where one of them could mean something to a shell.
    package static func start(
        agentHash: String, machine: String, token: String, logPath: String? = nil, isThorough: Bool = false
    ) throws -> String {
        guard agentHash.utf8.count == 64, agentHash.utf8.allSatisfy(isLowerHexadecimal) else {
            throw ControllerError(.usage, "'\(agentHash)' is no SHA-256")
        }
        guard !machine.isEmpty, machine.utf8.allSatisfy({ isLetterOrDigit($0) || $0 == UInt8(ascii: "_") }) else {
            throw ControllerError(.usage, "'\(machine)' is no name of a machine")
        }
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...64).contains($0.count) && $0.allSatisfy(isLetterOrDigit) })
        else { throw ControllerError(.usage, "'\(token)' is no OVERLAY.RANK") }
        var words = [agentHash, token, machine, isThorough ? "look" : "trust"]
        if let logPath {
            guard logPath.hasPrefix("/"), logPath.utf8.count <= logPathBytesMax, logPath.utf8.allSatisfy(isPathByte)
            else {
                throw ControllerError(
                    .usage, "'\(logPath)' cannot be a file for the agents' log on other hosts",
                    remedy: "use an absolute path of letters, digits and /._-+,:@%=")
            }
            words.append(logPath)
        }
        return command(startScript, words)
    }

    /// The command that removes the cached agents from a host; ``Removal`` reads what it answers.
    package static func clean() -> String {
        command(cleanScript, [])
    }

    private static func command(_ script: String, _ words: [String]) -> String {
        (["exec /bin/sh -c '\(script)' plush"] + words).joined(separator: " ")
    }

    /// A script as one line: drops lines that are comments, and joins the others by a space.
    static func oneLine(_ parts: String...) -> String {
        parts.joined(separator: "\n").split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: " ")
    }

    private static func isLowerHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isLowerHexadecimal(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "/._-+,:@%=".utf8.contains(byte)
    }
}
