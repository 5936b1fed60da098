import Foundation

/// What /proc says of one process.
struct ProcessEntry {
    let process: pid_t
    let words: [String]
    let environment: [String: String]
    /// `R`, `S`, `T`, `Z`, ...
    let state: String
    let parent: pid_t

    var isAgent: Bool { words.contains("--directory") && !words.contains("--janitor") }

    /// The host whose agent or command it is.
    var host: String {
        if let at = words.firstIndex(of: "--directory"), at + 1 < words.count {
            return (words[at + 1] as NSString).lastPathComponent
        }
        return environment["PLUSH_HOST"] ?? ""
    }
}

/// The processes of this machine.
enum ProcessTable {
    /// All whose environment or command line tells of `mark`; zombies have neither.
    static func all(with mark: String) -> [ProcessEntry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { $0 != getpid() }.compactMap { process in
            let command = strings(process, "cmdline")
            let environment = strings(process, "environ")
            guard (command + environment).contains(where: { $0.contains(mark) }) else { return nil }
            let pairs = environment.compactMap { entry -> (String, String)? in
                guard let at = entry.firstIndex(of: "=") else { return nil }
                return (String(entry[..<at]), String(entry[entry.index(after: at)...]))
            }
            let status = status(process)
            return ProcessEntry(
                process: process, words: command, environment: Dictionary(pairs) { first, _ in first },
                state: status.state, parent: status.parent)
        }
    }

    private static func strings(_ process: pid_t, _ name: String) -> [String] {
        let bytes = contents("/proc/\(process)/\(name)")
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func status(_ process: pid_t) -> (state: String, parent: pid_t) {
        let text = String(decoding: contents("/proc/\(process)/stat"), as: UTF8.self)
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        return fields.count > 2 ? (String(fields[1]), pid_t(fields[2]) ?? 0) : ("", 0)
    }

    /// The peak of a process's resident memory in bytes; nil when it is gone.
    static func peakResidentBytes(_ process: pid_t) -> Int? {
        let text = String(decoding: contents("/proc/\(process)/status"), as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
    }

    /// Sizes in /proc are 0: read to the end.
    private static func contents(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
        }
    }
}
