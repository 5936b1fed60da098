import NIOCore

/// Reads what a server says first: up to some lines of text, then its identification (RFC 4253, section 4.2). Everything
/// else that may listen on a port is recognised here, before libssh2 sees a byte of it.
package struct SSHGreeting {
    /// What is known after some bytes.
    package enum Progress: Equatable {
        /// Nothing yet.
        case incomplete
        /// This is the identification, without its line end; what is left in the buffer follows it.
        case identified([UInt8])
        /// No SSH server that we can talk to.
        case failed(SSHFailure)
    }

    /// The beginning of the first line that has something in it, fit for a message.
    package private(set) var said = ""
    private var line: [UInt8] = []
    private var lineBytes = 0
    private var bytes = 0
    private var lines = 0

    /// Nothing has been said yet.
    package init() {}

    /// Takes bytes from the buffer, at most up to the end of the identification.
    package mutating func receive(_ buffer: inout ByteBuffer) -> Progress {
        while buffer.readableBytes > 0 {
            let view = buffer.readableBytesView
            let end = view.firstIndex(of: UInt8(ascii: "\n"))
            let piece = view[..<(end ?? view.endIndex)]
            line += piece.prefix(SSHLimits.identificationBytesMax - line.count)
            lineBytes += piece.count
            bytes += piece.count + 1
            buffer.moveReaderIndex(forwardBy: piece.count + (end == nil ? 0 : 1))
            if let verdict = judge(lineIsComplete: end != nil) {
                return verdict
            }
            if end != nil {
                lines += 1
                line.removeAll(keepingCapacity: true)
                lineBytes = 0
            }
        }
        return .incomplete
    }

    /// Why there is no identification when the server has closed the connection.
    package func ended() -> SSHFailure {
        let said = said.isEmpty ? Self.printable(line, SSHLimits.quotedCharactersMax) : said
        let isIdentifying = !line.isEmpty && zip(line, "SSH-".utf8).allSatisfy(==)
        if said.isEmpty || isIdentifying {
            return SSHFailure(
                .dropped, "the server closed the connection before its greeting",
                remedy: "it may be busy (MaxStartups) or not allow this address; try again later")
        }
        return Self.refusal(said) ?? Self.stranger(said)
    }

    /// Bytes as a text of printable characters; the rest is shown as question marks.
    static func printable(_ bytes: some Sequence<UInt8>, _ charactersMax: Int) -> String {
        let shown = bytes.prefix(charactersMax).map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: shown, as: UTF8.self)
    }

    private mutating func judge(lineIsComplete: Bool) -> Progress? {
        if line.last == UInt8(ascii: "\r"), lineIsComplete {
            line.removeLast()
        }
        if said.isEmpty, lineIsComplete || line.count >= SSHLimits.quotedCharactersMax {
            said = Self.printable(line, SSHLimits.quotedCharactersMax)
        }
        if line.contains(where: Self.isControl) {
            return .failed(Self.stranger(said.isEmpty ? Self.printable(line, SSHLimits.quotedCharactersMax) : said))
        }
        if line.starts(with: Array("SSH-".utf8)) {
            return judgeIdentification(lineIsComplete)
        }
        if bytes > SSHLimits.greetingBytesMax || lines >= SSHLimits.greetingLinesMax {
            return .failed(
                SSHFailure(
                    .notSSH, "what listens there talks without end before any SSH greeting: it said '\(said)'",
                    remedy: "check the host's address and port"))
        }
        return lineIsComplete ? Self.refusal(said).map(Progress.failed) : nil
    }

    private func judgeIdentification(_ lineIsComplete: Bool) -> Progress? {
        if lineBytes >= SSHLimits.identificationBytesMax {
            return .failed(SSHFailure(.notSSH, "the server's SSH identification is longer than the protocol allows"))
        }
        guard lineIsComplete else { return nil }
        if line.starts(with: Array("SSH-2.0-".utf8)) || line.starts(with: Array("SSH-1.99-".utf8)) {
            return .identified(line)
        }
        let shown = Self.printable(line, SSHLimits.quotedCharactersMax)
        let old = line.starts(with: Array("SSH-1".utf8))
        return .failed(
            SSHFailure(
                .notSSH, "the server speaks \(old ? "only version 1" : "another version") of SSH: '\(shown)'",
                remedy: "update its SSH server"))
    }

    /// A server's own words for "not now": OpenSSH says them instead of an identification.
    private static func refusal(_ said: String) -> SSHFailure? {
        if said.hasPrefix("Exceeded MaxStartups") {
            return SSHFailure(
                .dropped, "the server takes no more logins at the moment (MaxStartups)",
                remedy: "try again later, or with a smaller launch window")
        }
        if said.hasPrefix("Not allowed at this time") {
            return SSHFailure(
                .dropped, "the server does not take logins from this address at the moment",
                remedy: "it punishes failed logins (PerSourcePenalties); try again later")
        }
        return nil
    }

    private static func stranger(_ said: String) -> SSHFailure {
        // A word among bytes tells what it is, as with databases; bytes alone are a riddle.
        let isText = said.split(separator: "?").contains { $0.count >= 3 }
        return SSHFailure(
            .notSSH,
            "what listens there is no SSH server: " + (isText ? "it said '\(said)'" : "it sent bytes that are no text"),
            remedy: "check the host's address and port")
    }

    /// Not in any text for people; escape sequences are, in coloured notices.
    private static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 && byte != UInt8(ascii: "\t") && byte != UInt8(ascii: "\r") && byte != 0x1b || byte == 0x7f
    }
}
