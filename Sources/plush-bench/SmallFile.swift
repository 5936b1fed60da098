import Glibc

/// Files of /proc, and what programs print.
enum SmallFile {
    static func text(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        return text(of: file)
    }

    /// What a shell line prints; nil when it ends with another code than 0.
    static func output(_ line: String) -> String? {
        guard let pipe = popen(line, "r") else { return nil }
        let text = text(of: pipe)
        return pclose(pipe) == 0 ? text : nil
    }

    /// The number behind a label, as in `Private_Dirty:   1234 kB`.
    static func number(_ label: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix(label) {
            return line.dropFirst(label.count).split(whereSeparator: { " \t".contains($0) }).first.flatMap { Int($0) }
        }
        return nil
    }

    private static func text(of file: UnsafeMutablePointer<FILE>) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            bytes += buffer.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The directory of this program: the other executables are beside it.
    static var programDirectory: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    /// A word for the shell.
    static func quoted(_ word: String) -> String {
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
