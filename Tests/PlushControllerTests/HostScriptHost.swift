import Foundation
import NIOCore
import PlushSSH
import Testing

@testable import PlushController

/// A host on this machine: a home directory, a PATH and a login shell, and what sshd would do with a command there.
/// The other places for the cache are named after the user, so each host has a user of its own.
final class HostScriptHost {
    /// What a launch came to.
    struct Course {
        var needs: [AgentImage.Form] = []
        var fault: HostFault?
        /// What the agent printed, its marker included.
        var agent: String?
        var output: [UInt8] = []
        var errorOutput: [UInt8] = []
        var exit = SSHExit.code(0)
        var reply = HostReply()

        /// The words that the agent was started with.
        var arguments: [String] {
            let line = agent?.split(separator: "\n").dropFirst().first ?? ""
            return line.split(separator: "|", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
    }

    /// What the launcher sends when it is asked for the agent; closing its end is what an interruption looks like.
    struct Delivery {
        var bytes: [UInt8]
        var closes = false
    }

    let path: String
    let user = "test-" + UUID().uuidString
    var environment: [String: String]
    var shell = ["/bin/sh"]
    /// What stands in for the host's /bin/sh.
    var interpreter = "/bin/sh"
    private var mounts: [String] = []

    init() throws {
        path = NSTemporaryDirectory() + "plush-host-" + UUID().uuidString
        environment = [:]
        environment = [
            "HOME": path + "/home", "PATH": path + "/bin:/usr/bin:/bin", "TMPDIR": path + "/tmp",
            "SSH_CONNECTION": "192.0.2.1 40000 192.0.2.7 22",
        ]
        for name in ["home", "bin", "tmp"] { try makeDirectory(path + "/" + name) }
        // A user that nobody else is.
        try tool("id", "echo \(user)")
    }

    deinit {
        for mount in mounts.reversed() { _ = try? Self.run("umount", "-l", mount) }
        for place in [path] + places { try? FileManager.default.removeItem(atPath: place) }
    }

    var home: String { path + "/home" }
    var cache: String { home + "/.cache/plush" }
    /// Where else an agent may be cached.
    var places: [String] { ["/var/tmp/plush-\(user)", "/tmp/plush-\(user)"] }

    func makeDirectory(_ directory: String, mode: Int = 0o700) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: mode])
    }

    /// Puts a program before all others in PATH.
    func tool(_ name: String, _ script: String) throws {
        try write("#!/bin/sh\n\(script)\n", to: path + "/bin/" + name, mode: 0o755)
    }

    /// Makes these the only programs there are.
    func allowOnly(_ names: [String]) throws {
        environment["PATH"] = path + "/bin"
        for name in names where name != "id" {
            let real = ["/usr/bin/", "/bin/"].map { $0 + name }.first(where: FileManager.default.fileExists)
            try FileManager.default.createSymbolicLink(
                atPath: path + "/bin/" + name, withDestinationPath: #require(real))
        }
    }

    func write(_ text: String, to file: String, mode: Int = 0o600) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    func mountTemporary(_ directory: String, options: String) throws {
        try makeDirectory(directory)
        try #require(try Self.run("mount", "-t", "tmpfs", "-o", "mode=700," + options, "tmpfs", directory) == 0)
        mounts.append(directory)
    }

    /// Whether this process may mount file systems (root outside of a container may).
    static let canMount: Bool = {
        let place = NSTemporaryDirectory() + "plush-mount-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: place) }
        guard (try? run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place)) == 0 else { return false }
        _ = try? run("umount", place)
        return true
    }()

    /// Files and directories that launches have left, apart from what the test itself has put in.
    func left(besides known: Set<String> = []) -> [String] {
        let all = [home] + places
        return all.flatMap { place in
            (FileManager.default.enumerator(atPath: place)?.compactMap { $0 as? String } ?? []).map { place + "/" + $0 }
                + (place != home && FileManager.default.fileExists(atPath: place) ? [place] : [])
        }.filter { !known.contains($0) }
    }

    @discardableResult
    static func run(_ words: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

extension HostScriptHost {
    /// The start command for an agent, as the launcher makes it.
    func launch(
        _ agent: HostScriptAgent, token: String = "overlay.1", machine: String? = nil, logPath: String? = nil,
        isThorough: Bool = false, deliver: ((AgentImage.Form) throws -> Delivery)? = nil
    ) throws -> Course {
        let command = try HostScript.start(
            agentHash: agent.hash, machine: try machine ?? HostScriptAgent.machine, token: token, logPath: logPath,
            isThorough: isThorough)
        return try execute(command, deliver: deliver ?? { Delivery(bytes: try agent.delivery($0)) })
    }

    /// Runs a command in the login shell, with the launcher's part played here.
    func execute(
        _ command: String, deliver: (AgentImage.Form) throws -> Delivery = { _ in Delivery(bytes: [], closes: true) }
    ) throws -> Course {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        let errors = path + "/errors-" + UUID().uuidString
        try write("", to: errors)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["60"] + shell + ["-c", command.replacing("exec /bin/sh ", with: "exec \(interpreter) ")]
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: errors)
        signal(SIGPIPE, SIG_IGN)
        try process.run()
        var course = Course()
        while case let data = output.fileHandleForReading.availableData, !data.isEmpty {
            course.output += data
            if course.agent != nil {
                course.agent? += String(decoding: data, as: UTF8.self)
                continue
            }
            switch course.reply.receive(ByteBuffer(bytes: data)) {
            case .more: break
            case .fault(let fault): course.fault = fault
            case .agent(let rest): course.agent = String(buffer: rest)
            case .needsAgent(let form):
                course.needs.append(form)
                let delivery = try deliver(form)
                try? input.fileHandleForWriting.write(contentsOf: Data(delivery.bytes))
                if delivery.closes { try? input.fileHandleForWriting.close() }
            }
        }
        process.waitUntilExit()
        course.exit =
            process.terminationReason == .exit
            ? .code(process.terminationStatus) : .signal("\(process.terminationStatus)")
        course.errorOutput = Array(try Data(contentsOf: URL(fileURLWithPath: errors)))
        return course
    }
}
