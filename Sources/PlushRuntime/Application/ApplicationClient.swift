import Glibc

/// The small client of the application's socket: `plush-agent barrier enter NAME [--timeout D]`, `plush-agent progress
/// 0.4`, `plush-agent event TEXT`. It blocks, as a command of a shell script should.
enum ApplicationClient {
    /// The first words by which it is told from an agent.
    static let words = ["barrier", "progress", "event"]

    /// Exit codes: 0 passed (or taken note of), 2 usage or no socket, 3 the time was up, 4 refused.
    static func run(_ arguments: [String]) -> Int32 {
        guard let line = line(arguments) else {
            complain(
                "usage: plush-agent barrier enter NAME [--timeout 30s] | plush-agent progress 0.4 | plush-agent event TEXT"
            )
            return 2
        }
        guard let pointer = getenv("PLUSH_SOCKET") else {
            complain("PLUSH_SOCKET is not set: this is for processes that Plush runs from a specification")
            return 2
        }
        guard let answer = ask(String(cString: pointer), line) else {
            complain("the agent does not answer on PLUSH_SOCKET")
            return 2
        }
        let word = answer.prefix { $0 != " " }
        switch word {
        case "passed", "late", "ok":
            if word != "ok" { write(answer + "\n", to: STDOUT_FILENO) }
            return 0
        case "timeout": complain("the time was up"); return 3
        case "refused": complain(answer); return 4
        default: complain(answer); return 2
        }
    }

    private static func line(_ words: [String]) -> String? {
        guard !words.contains(where: { $0.utf8.contains(UInt8(ascii: "\n")) }) else { return nil }
        switch words.first {
        case "barrier":
            guard words.count >= 3, words[1] == "enter", !words[2].hasPrefix("-"), !words[2].contains(" ") else {
                return nil
            }
            if words.count == 3 { return "enter \(words[2])" }
            return words.count == 5 && words[3] == "--timeout" ? "enter \(words[2]) \(words[4])" : nil
        case "progress": return words.count == 2 ? "progress \(words[1])" : nil
        case "event": return words.count >= 2 ? words.joined(separator: " ") : nil
        default: return nil
        }
    }

    private static func ask(_ path: String, _ line: String) -> String? {
        signal(SIGPIPE, SIG_IGN)
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, path.utf8.count < ApplicationSocketLimits.pathBytesMax else { return nil }
        defer { close(descriptor) }
        var address = sockaddr_un(path: path)
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) == 0 }
        }
        guard isConnected, write(line + "\n", to: descriptor) else { return nil }
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        while answer.count < ApplicationSocketLimits.lineBytesMax {
            let count = read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: answer, as: UTF8.self) }
            answer.append(byte)
        }
        return nil
    }

    @discardableResult
    private static func write(_ text: String, to descriptor: CInt) -> Bool {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private static func complain(_ text: String) {
        write("plush-agent: \(text)\n", to: STDERR_FILENO)
    }
}
