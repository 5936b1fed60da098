import Foundation
import NIOCore

@testable import PlushController

/// Something that a host takes for an agent: a script that knows `--version`, and prints the agent's marker, its own
/// arguments and what it finds around itself.
struct HostScriptAgent {
    let bytes: [UInt8]
    let hash: String

    /// `version`: what it does when it is asked for its version. `paddingBytes` do not compress below a half.
    init(version: String = "echo 'plush-agent test'", paddingBytes: Int = 0) throws {
        var random = SystemRandomNumberGenerator()
        let padding = (0..<paddingBytes / 16).map { _ in String(format: "%016lx", random.next()) }.joined()
        let script = """
            #!/bin/sh
            # \(UUID().uuidString) \(padding)
            if [ "$1" = --version ]; then \(version); exit; fi
            printf '\\001plush-agent 1\\n'
            printf '%s|' "$@"; echo
            echo "umask $(umask) locale ${LC_ALL-none} directory $PWD"

            """
        try self.init(Array(script.utf8))
    }

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        hash = try Self.pipe(bytes, through: ["sha256sum"]).prefix(64).reduce(into: "") {
            $0.unicodeScalars.append(Unicode.Scalar($1))
        }
    }

    /// The size line and the bytes.
    func delivery(_ form: AgentImage.Form) throws -> [UInt8] {
        let body = try packed(form)
        return Array("\(body.count)\n".utf8) + body
    }

    func packed(_ form: AgentImage.Form) throws -> [UInt8] {
        guard form == .gzip else { return bytes }
        let writer = try GzipWriter(capacity: bytes.count)
        try writer.write(bytes)
        return Array(buffer: try writer.finish())
    }

    /// What `uname -m` says here.
    static var machine: String {
        get throws {
            let answer = try pipe([], through: ["uname", "-m"])
            return String(decoding: answer.dropLast(), as: UTF8.self)
        }
    }

    static func pipe(_ bytes: [UInt8], through words: [String]) throws -> [UInt8] {
        let file = NSTemporaryDirectory() + "plush-pipe-" + UUID().uuidString
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardInput = FileHandle(forReadingAtPath: file)
        process.standardOutput = output
        try process.run()
        let answer = Array(try output.fileHandleForReading.readToEnd() ?? Data())
        process.waitUntilExit()
        return answer
    }
}
