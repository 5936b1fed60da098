import Foundation
import PlushSSH

@testable import PlushController

/// A directory of one test, with an `ssh` on its PATH that counts how often it is asked.
final class SSHSettingsWorkspace {
    let path: String
    var environment: [String: String]

    init() throws {
        path = NSTemporaryDirectory() + "plush-keys-\(UUID().uuidString.prefix(8))"
        for directory in ["bin", "run", "home/.ssh"] {
            try FileManager.default.createDirectory(
                atPath: "\(path)/\(directory)", withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        let systems = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        environment = ["PATH": "\(self.path)/bin:\(systems)", "LC_ALL": "de_DE.UTF-8", "TERM": "dumb"]
        let counting = "#!/bin/sh\necho \"$*\" >>\"${0%/*}/../asked\"\nexec /usr/bin/ssh \"$@\"\n"
        try write(counting, to: "bin/ssh", mode: 0o755)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        try text.write(toFile: file(name), atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
        return file(name)
    }

    var asked: [String] {
        ((try? String(contentsOfFile: file("asked"), encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    /// What this machine is, with a home below this directory.
    var machine: SSHTokens {
        SSHTokens(home: file("home"), localUser: "me", localUserID: 1_000, environment: environment)
    }

    func resolve(
        _ targets: [HostTarget], config: String, options: SSHOptions = SSHOptions(),
    ) async throws -> SSHClientSettings {
        var options = options
        options.configurationPath = try write(config, to: "config")
        return try await SSHClientSettings.resolve(
            targets, options: options, environment: environment, scanSource: .files, machine: machine)
    }

    @discardableResult
    func run(_ arguments: String..., agent: String? = nil) throws -> OpenSSHTool.Outcome {
        var environment = environment
        if let agent { environment["SSH_AUTH_SOCK"] = agent }
        let outcome = try OpenSSHTool.run(
            ["/usr/bin/env"] + arguments, environment: environment, milliseconds: 30_000, cancel: .init())
        guard outcome.code == 0 else { throw SSHFailure(.session, "\(arguments): \(outcome.words)") }
        return outcome
    }

    @discardableResult
    func makeKey(_ name: String, passphrase: String = "", _ arguments: [String] = ["-t", "ed25519"]) throws -> String {
        let command = ["/usr/bin/ssh-keygen", "-q", "-N", passphrase, "-C", name, "-f", file(name)] + arguments
        _ = try OpenSSHTool.run(command, environment: environment, milliseconds: 30_000, cancel: .init())
        return file(name)
    }

    /// The base64 of a public half, as agents know it.
    func blob(_ name: String) throws -> [UInt8] {
        let text = try String(contentsOfFile: file(name + ".pub"), encoding: .utf8)
        return Array(Data(base64Encoded: String(text.split(separator: " ")[1]))!)
    }
}
