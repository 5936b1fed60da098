import Foundation
import NIOCore
import NIOPosix
import PlushProtocol
import PlushWire
import Testing

@testable import PlushRuntime

/// The socket itself, spoken to by other programs: the examples of the article, word by word.
@Suite(.serialized) struct ApplicationSocketTests {
    /// Sockets on a loop of their own, and a core that lets the n-th entry into barrier `step` pass as generation n.
    private final class Agent: @unchecked Sendable {  // what it holds is touched on its loop only
        let loop: any EventLoop
        private var sockets: ApplicationSockets?
        private(set) var events: [String] = []
        private var entered: UInt64 = 0
        private var workspace: FilesWorkspace?

        init(_ group: MultiThreadedEventLoopGroup) throws {
            loop = group.next()
            try loop.submit { [self] in
                let workspace = try FilesWorkspace()
                self.workspace = workspace
                sockets = ApplicationSockets(
                    on: loop, directory: try AgentDirectory(creatingAt: workspace.path + "/agent")
                ) { [weak self] in self?.take($0) }
            }.wait()
        }

        private func take(_ event: Event) {
            switch event {
            case .applicationEnters(_, "step", let request):
                entered += 1
                sockets?.answer(request, .passed(generation: entered, isLate: false))
            case .applicationEnters(_, "shut", _): events.append("waits")
            case .applicationEnters(_, let name, let request):
                sockets?.answer(request, .refused("no barrier \(name)"))
            case .applicationLeaves: events.append("left")
            case .applicationSays(_, let progress, let text): events.append(progress.map { "\($0)" } ?? text)
            default: events.append("\(event)")
            }
        }

        func open(_ sequence: UInt32) throws -> String {
            try loop.submit { [self] in
                let opened = sockets?.open(OperationID(epoch: 1, sequence: sequence))
                return try #require(opened?.path, "\(opened?.problem ?? "")")
            }.wait()
        }

        func close(_ sequence: UInt32) throws {
            try loop.submit { [self] in sockets?.close(OperationID(epoch: 1, sequence: sequence)) }.wait()
        }

        func said() throws -> [String] {
            try loop.submit { [self] in events }.wait()
        }
    }

    private func with(_ body: (Agent) throws -> Void) throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        try body(try Agent(group))
        try group.syncShutdownGracefully()
    }

    /// What a program prints, and how it ends.
    private func run(_ program: String, _ arguments: [String], _ variables: [String: String]) throws -> (Int32, String)
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    private func example(_ language: String) throws -> String {
        let article = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/PlushRuntime/PlushRuntime.docc/ApplicationSocket.md").standardizedFileURL
        let text = try String(contentsOf: article, encoding: .utf8)
        let from = try #require(text.range(of: "```\(language)\n"))
        let rest = text[from.upperBound...]
        return String(rest[..<(try #require(rest.range(of: "\n```")).lowerBound)]) + "\n"
    }

    /// Speaks lines, one answer each.
    private func talk(_ path: String, _ lines: [String]) throws -> [String] {
        let script = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); f = s.makefile("rw")
            for line in sys.argv[2:]:
                f.write(line + "\\n"); f.flush(); print(f.readline().rstrip())
            """
        return try run("/usr/bin/python3", ["-c", script, path] + lines, [:]).1.split(separator: "\n").map(String.init)
    }

    @Test func theExampleInPythonGoesThroughThreePhases() throws {
        try with { agent in
            let result = try run(
                "/usr/bin/python3", ["-c", try example("python")], ["PLUSH_SOCKET": try agent.open(1)])
            #expect(result.0 == 0, "\(result.1)")
            #expect(try agent.said() == ["0", "333", "666"])
        }
    }

    @Test func theExampleInCPasses() throws {
        try with { agent in
            let here = try FilesWorkspace()
            here.write("step.c", try example("c"))
            let made = try run("/usr/bin/cc", ["-o", here.path + "/step", here.path + "/step.c"], [:])
            #expect(made.0 == 0, "\(made.1)")
            #expect(try run(here.path + "/step", [], ["PLUSH_SOCKET": try agent.open(1)]).0 == 0)
        }
    }

    private static let client = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../.build/debug/plush-agent").standardizedFileURL.path

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: client), "plush-agent is not built"))
    func theExampleInShellUsesTheClientWhoseExitCodesTellWhatCame() throws {
        try with { agent in
            let variables = ["PLUSH_SOCKET": try agent.open(1), "PLUSH_AGENT": Self.client]
            let result = try run("/bin/sh", ["-c", try example("sh")], variables)
            #expect(result.0 == 0 && result.1 == "passed 1\n", "\(result)")
            #expect(try agent.said() == ["500", "step done"])
            let codes = try [
                ["barrier", "enter", "shut", "--timeout", "50ms"], ["barrier", "enter", "nothing"],
                ["barrier", "leave"],
                ["progress", "2"],
            ].map { try run(Self.client, $0, variables).0 }
            #expect(codes == [3, 4, 2, 2])
            #expect(try run(Self.client, ["progress", "1"], ["PLUSH_SOCKET": "/nowhere"]).0 == 2)
        }
    }

    @Test func aConnectionHasOneRequestAtATimeAndAnswersInOrder() throws {
        try with { agent in
            let path = try agent.open(1)
            let answers = try talk(path, ["enter step", "progress 0.25", "enter shut 30ms", "enter step", "nonsense"])
            #expect(answers.prefix(4) == ["passed 1", "ok", "timeout", "passed 2"])
            #expect(answers.last?.hasPrefix("error \"nonsense\"") == true)
            #expect(try agent.said() == ["250", "waits", "left"])
        }
    }

    @Test func aLineThatNeverEndsAndAFloodOfEventsHarmNobodyElse() throws {
        try with { agent in
            let path = try agent.open(1)
            #expect(try talk(path, [String(repeating: "x", count: 5_000)]) == ["error a line is too long"])
            let flood = try talk(path, (0..<40).map { "event \($0)" })
            #expect(flood.prefix(32).allSatisfy { $0 == "ok" } && flood.contains { $0.hasPrefix("error too many") })
            #expect(try talk(path, ["enter step"]) == ["passed 1"])
        }
    }

    @Test func theSocketEndsWithItsProcess() throws {
        try with { agent in
            let path = try agent.open(1)
            try agent.loop.submit {}.wait()
            try agent.close(1)
            #expect(access(path, F_OK) != 0)
        }
    }
}
