import Foundation
import PlushController
import PlushSpec
import PlushTree
import Testing

/// A whole run through the library product alone, told from its event stream.
@Suite struct RunLibraryTests {
    /// The agent of the build that these tests belong to.
    private static func agent() throws -> String {
        let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
        let bundles = [program] + CommandLine.arguments.filter { $0.hasSuffix(".xctest") }
        let places = bundles.map { ($0 as NSString).deletingLastPathComponent } + [root + "/.build/debug"]
        let found = places.map { $0 + "/plush-agent" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        return try #require(found, "plush-agent is not built: run `swift build` (looked in \(places))")
    }

    private let specification = """
        <plush><project name="p">
        <software name="data" type="none">
        <package name="word.txt" type="file"><path>word.txt</path></package></software>
        <configuration name="c"><cluster name="w"><software name="data"/>
        <rspec><num_hosts>5</num_hosts></rspec>
        <execution><process name="work"><path>/bin/sh</path><cmdline><arg>-c</arg>
        <arg>cat word.txt; echo $PLUSH_RANK | tee result; echo oops &gt;&amp;2</arg></cmdline></process></execution>
        <output><path>result</path></output>
        <cleanup><command>rm result</command></cleanup>
        </cluster></configuration></project></plush>
        """

    @Test func aRunIsToldFromBeginningToEnd() async throws {
        let place = try Workspace()
        try place.write(Array("hello\n".utf8), to: "word.txt")
        var options = ControllerOptions()
        options.shape = .kary(fanout: 2)
        options.agentPath = try Self.agent()
        options.temporaryDirectory = place.staging
        options.outputDirectory = place.path + "/out"
        let parsed = try SpecificationParser.parse(Array(specification.utf8), fileName: "app.xml")
        let controller = Controller(options)
        let directory = place.path
        async let running = controller.run(parsed, fileName: "app.xml", directory: directory)
        var phases: [ControllerEvent.Phase] = []
        var joined: [Rank: Rank] = [:]
        var outputs: [String: [Rank: String]] = [:]
        var outcomes: [String] = []
        for await event in controller.events {
            switch event {
            case .phase(let phase, _): phases.append(phase)
            case .joined(let rank, let parent): joined[rank] = parent
            case .output(let output):
                let text = String(decoding: output.bytes, as: UTF8.self)
                for rank in output.ranks {
                    outputs[output.isError ? "error" : "output", default: [:]][rank, default: ""] += text
                }
            case .outcome(let name, let phase, let outcome, let ranks):
                outcomes.append("\(phase) \(name) \(outcome) \(ranks)")
            case .progress, .started: break
            case .unreachable, .moved, .away, .returned, .retired, .lost, .replaced, .warning, .barrier, .said:
                Issue.record("\(event)")
            }
        }
        let summary = try await running
        #expect(
            phases == [.resources, .launch, .transfer, .barrier, .execution, .collection, .cleanup, .shutdown])
        #expect(joined.keys.sorted() == (0..<5).map { Rank($0) })
        #expect(joined.values.filter { $0 == .controller }.count == 2)
        for rank in summary.targets {
            #expect(outputs["output"]?[rank] == "hello\n\(rank)\n")
            #expect(outputs["error"]?[rank] == "oops\n")
            let result = try String(contentsOfFile: "\(directory)/out/local\(rank)/result", encoding: .utf8)
            #expect(result == "\(rank)\n")
        }
        #expect(
            outcomes == [
                "transfer software ok 0-4", "execution work ok 0-4", "collection outputs ok 0-4",
                "cleanup cleanup ok 0-4",
            ])
        #expect(summary.counts.map(\.count) == [5, 0, 0, 0, 0, 0])
        #expect(summary.exitCode() == 0)
        #expect(place.staged == [])
    }

    @Test func whatCannotBeDoneIsThrownAndTheStreamEnds() async throws {
        let place = try Workspace()
        var options = ControllerOptions()
        options.temporaryDirectory = place.staging
        for (agent, hosts, code) in [
            ("/nowhere/agent", 2, ControllerError.Code.tree), (try Self.agent(), 0, ControllerError.Code.usage),
        ] {
            options.agentPath = agent
            options.localHosts = hosts
            let controller = Controller(options)
            async let running = controller.exec(["true"])
            for await event in controller.events { Issue.record("\(event)") }
            do {
                _ = try await running
                Issue.record("it ran")
            } catch let error as ControllerError {
                #expect(error.code == code)
                #expect(error.remedy != "")
            }
        }
        #expect(place.staged == [])
    }
}
