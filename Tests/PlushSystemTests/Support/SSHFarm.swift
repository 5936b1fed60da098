import Foundation
import Testing

/// Hosts on loopback that a real sshd answers for: `scripts/ssh-farm` below a test's place.
final class SSHFarm: Sendable {
    let place: Place
    /// The names of the hosts, which are addresses.
    let hosts: [String]
    let port: Int

    /// Whether tests can have a farm; without root's rights or a package source it may not be possible to install.
    static let isAvailable = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].contains {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("scripts/ssh-farm").path

    /// Starts one; `options` as `scripts/ssh-farm` takes them.
    init(_ place: Place, hosts count: Int = 6, _ options: String...) async throws {
        self.place = place
        let end = try await place.start([Self.script, "start", place.file("farm"), "--hosts", "\(count)"] + options)
            .end()
        try #require(end.code == 0, "\(end.errorText)")
        hosts = try place.read("farm/hosts").split(separator: "\n").map(String.init)
        let line = try place.read("farm/sshd_config").split(separator: "\n").first { $0.hasPrefix("Port ") }
        port = try #require(line.flatMap { Int($0.dropFirst(5)) })
        try await place.tool("strip", "-o", agent, try Binaries.agent())
        // A home for the one who calls, whose own files must not matter.
        try place.write("", to: "user/.none")
    }

    deinit {
        let stop = Process()
        stop.executableURL = URL(fileURLWithPath: Self.script)
        stop.arguments = ["stop", place.file("farm")]
        stop.standardError = FileHandle.nullDevice
        guard (try? stop.run()) != nil else { return }
        stop.waitUntilExit()
    }

    /// The agent that is sent, which is that of the build without its symbols.
    var agent: String { place.file("plush-agent") }

    var configuration: String { place.file("farm/ssh_config") }

    /// All hosts, folded.
    var nodes: String { "127.77.0.[1-\(hosts.count)]" }

    /// Starts `plush` with this farm's configuration; no ssh-agent but one that the environment names. A debug build's
    /// agent has 55 MB, which two processors do not take apart 50 times within the usual time: 15 MB are sent.
    func plush(_ command: String, _ words: [String], environment: [String: String] = [:]) throws -> Program {
        let own = ["HOME": place.file("user")].merging(environment) { _, new in new }
        let unset = ["SSH_AUTH_SOCK", "SSH_ASKPASS", "DISPLAY"].filter { environment[$0] == nil }
        let program = ["env"] + unset.flatMap { ["-u", $0] } + [try Binaries.plush()]
        let agent = command == "clean" ? [] : ["--agent", agent] + (words.contains("-t") ? [] : ["-t", "120s"])
        return try place.start(program + [command, "-F", configuration] + agent + words, environment: own)
    }

    func plush(_ command: String, _ words: String..., environment: [String: String] = [:]) throws -> Program {
        try plush(command, words, environment: environment)
    }

    /// Runs a command on all hosts (or those that the options name), and gives what was told.
    func exec(
        _ options: String..., command: String = "true", environment: [String: String] = [:]
    ) async throws -> JSONSummary {
        let nodes = options.contains("-w") || options.contains("--hostfile") ? [] : ["-w", nodes]
        let words = ["--json"] + nodes + options + ["--", command]
        return try JSONSummary(await plush("exec", words, environment: environment).end(within: 2 * Patience.run))
    }

    /// Puts a bad server in the place of hosts: see `scripts/ssh-farm-fake`.
    func fake(_ mode: String, _ addresses: String..., options: [String] = []) async throws {
        let words = [Self.script, "fake", place.file("farm"), mode] + addresses
        let end = try await place.start(words + (options.isEmpty ? [] : ["--"] + options)).end()
        try #require(end.code == 0, "\(mode): \(end.errorText)")
    }

    /// Rewrites a file of the farm.
    func edit(_ name: String, _ change: (String) -> String) throws {
        try place.write(change(try place.read("farm/\(name)")), to: "farm/\(name)")
    }

    /// The login shell of a host.
    func setShell(_ path: String, of host: String) throws {
        try place.write(path + "\n", to: "farm/homes/\(host)/.shell")
    }

    /// A host whose PATH holds these tools alone, and the scripts given by name.
    func setTools(_ names: [String], scripts: [String: String] = [:], of host: String) throws {
        let directory = "farm/tools-\(host)"
        for (name, text) in scripts {
            try place.write("#!/bin/sh\n\(text)\n", to: "\(directory)/\(name)", isExecutable: true)
        }
        for name in names where scripts[name] == nil {
            let found = try #require(
                ["/usr/bin", "/bin"].map { "\($0)/\(name)" }.first(where: FileManager.default.fileExists), "\(name)")
            try FileManager.default.createDirectory(atPath: place.file(directory), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: place.file("\(directory)/\(name)"), withDestinationPath: found)
        }
        try place.write(place.file(directory) + "\n", to: "farm/homes/\(host)/.path")
    }

    /// What runs on the hosts; not sshd itself, nor the fake servers.
    var processes: [ProcessEntry] {
        let mark = place.file("farm")
        return place.processes.filter { entry in
            entry.environment["PLUSH_FARM"] == mark && !entry.words.contains { $0.hasSuffix("ssh-farm-fake") }
                && entry.words.first?.hasPrefix("sshd:") != true
        }
    }

    /// Nothing runs on any host and nothing is left of the controller.
    func expectNothingLeft(
        within seconds: Double = Patience.step, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        _ = await eventually(within: seconds) { processes.isEmpty && place.names(in: "tmp").isEmpty }
        let left = processes
        #expect(left.map(\.words) == [], sourceLocation: sourceLocation)
        #expect(place.names(in: "tmp") == [], sourceLocation: sourceLocation)
        for entry in left { kill(entry.process, SIGKILL) }
    }

    /// Ends sshd with all its sessions, as a crash of the machine would for the network; done when they are gone.
    func killServers() async throws {
        let areGone = try await eventually {
            let servers = try servers()
            for process in servers { kill(process, SIGKILL) }
            return servers.isEmpty
        }
        try #require(areGone)
    }

    /// The processes of sshd, which alone have the shim; they overwrite their environment.
    private func servers() throws -> [pid_t] {
        let shim = place.file("farm/shim.so")
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc")
        return names.compactMap { pid_t($0) }.filter { process in
            // Files of /proc have no size: only reading to the end tells.
            guard process != getpid(), let file = FileHandle(forReadingAtPath: "/proc/\(process)/maps") else {
                return false
            }
            defer { try? file.close() }
            let bytes = (try? file.readToEnd()) ?? nil
            return String(decoding: bytes ?? Data(), as: UTF8.self).contains(shim)
        }
    }
}
