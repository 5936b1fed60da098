import Foundation

@testable import PlushSSH

/// A directory of one test, with OpenSSH's own programs as the judges of what is right.
final class KnownHostsWorkspace {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "plush-trust-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: file(name), atomically: false, encoding: .utf8)
        return file(name)
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

    /// Makes a key pair; returns the public half as its file has it: algorithm and base64.
    func makeKey(_ name: String, _ arguments: String...) throws -> (line: String, key: SSHHostKey) {
        try run("ssh-keygen", ["-q", "-N", "", "-C", name, "-f", file(name)] + arguments)
        let words = try read(name + ".pub").split(separator: " ")
        let blob = Array(Data(base64Encoded: String(words[1]))!)
        return ("\(words[0]) \(words[1])", SSHHostKey(blob: blob)!)
    }

    @discardableResult
    func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:],
    ) throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}

/// Key blobs that need no program to make them.
enum SampleKey {
    /// An Ed25519 key whose 32 bytes are all this one.
    static func ed25519(_ byte: UInt8) -> SSHHostKey {
        key("ssh-ed25519", [string([UInt8](repeating: byte, count: 32))])
    }

    static func ecdsa(_ byte: UInt8) -> SSHHostKey {
        key("ecdsa-sha2-nistp256", [string(Array("nistp256".utf8)), string([UInt8](repeating: byte, count: 65))])
    }

    static func line(_ key: SSHHostKey) -> String { "\(key.algorithm) \(Data(key.blob).base64EncodedString())" }

    static func string(_ bytes: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) } + bytes
    }

    private static func key(_ algorithm: String, _ parts: [[UInt8]]) -> SSHHostKey {
        SSHHostKey(blob: string(Array(algorithm.utf8)) + parts.joined())!
    }
}
