import Foundation
import PlushController
import Synchronization
import Testing

/// A directory for one test: its runs make their own below `temporary`, and all their processes carry its mark.
final class Place: Sendable {
    let path: String
    /// A word in the environment of every process that a test starts here, handed down to agents and commands.
    let mark: String
    private let programs = Mutex<[Program]>([])

    init() throws {
        mark = "systest-" + UUID().uuidString.prefix(8).lowercased()
        path = "/tmp/" + mark
        try FileManager.default.createDirectory(atPath: path + "/tmp", withIntermediateDirectories: true)
    }

    /// A test that failed half-way leaves nothing running.
    deinit {
        for program in programs.withLock({ $0 }) { program.signal(SIGKILL) }
        try? FileManager.default.removeItem(atPath: path)
    }

    var temporary: String { path + "/tmp" }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    @discardableResult
    func write(_ text: String, to name: String, isExecutable: Bool = false) throws -> String {
        try write(Array(text.utf8), to: name, isExecutable: isExecutable)
    }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String, isExecutable: Bool = false) throws -> String {
        let parent = (file(name) as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        let mode = isExecutable ? 0o755 : 0o644
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
        return file(name)
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: file(name))), as: UTF8.self)
    }

    func names(in directory: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: file(directory))) ?? []).sorted()
    }

    func start(
        _ words: [String], environment: [String: String] = [:], readsOutput: Bool = true
    ) throws -> Program {
        var variables = ProcessInfo.processInfo.environment
        variables["TMPDIR"] = temporary
        variables["PLUSH_TEST_MARK"] = mark
        for name in ["http_proxy", "https_proxy", "no_proxy", "HTTPS_PROXY", "NO_PROXY"] { variables[name] = nil }
        variables.merge(environment) { _, new in new }
        let program = try Program(words, environment: variables, directory: path, readsOutput: readsOutput)
        programs.withLock { $0.append(program) }
        return program
    }

    func plush(_ words: String..., environment: [String: String] = [:], readsOutput: Bool = true) throws -> Program {
        try start([Binaries.plush()] + words, environment: environment, readsOutput: readsOutput)
    }

    /// Runs a tool to its end, which must be a good one.
    func tool(_ words: String...) async throws {
        let end = try await start(words).end()
        try #require(end.code == 0, "\(words): \(end.errorText)")
    }

    /// Options for a run through the library with this place's directory.
    func options(hosts: Int?) throws -> ControllerOptions {
        var options = ControllerOptions()
        options.localHosts = hosts
        options.temporaryDirectory = temporary
        options.agentPath = try Binaries.agent()
        return options
    }

    /// The processes of this place's runs.
    var processes: [ProcessEntry] { ProcessTable.all(with: mark) }

    /// The agent of a host, once it is there.
    func agent(_ host: String) async throws -> pid_t {
        var found: pid_t?
        _ = await eventually {
            found = processes.first { $0.isAgent && $0.host == host }?.process
            return found != nil
        }
        return try #require(found, "no agent of \(host)")
    }

    /// Waits until this many processes run with exactly these words.
    func waits(for count: Int, _ words: [String], within seconds: Double = Patience.step) async -> Bool {
        await eventually(within: seconds) { processes.filter { $0.words == words }.count == count }
    }

    /// No process of this place's runs is left, and no directory.
    func expectNothingLeft(
        within seconds: Double = Patience.step, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        _ = await eventually(within: seconds) { processes.isEmpty && names(in: "tmp").isEmpty }
        let left = processes
        #expect(left.map(\.words) == [], sourceLocation: sourceLocation)
        #expect(names(in: "tmp") == [], sourceLocation: sourceLocation)
        for entry in left { kill(entry.process, SIGKILL) }
    }
}
