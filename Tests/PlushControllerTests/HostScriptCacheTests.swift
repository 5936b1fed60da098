import Foundation
import Testing

@testable import PlushController

/// When the cached agent is believed, and when it is replaced.
struct HostScriptCacheTests {
    private let host: HostScriptHost
    private let agent: HostScriptAgent
    private let file: String
    /// The programs without which nothing can be installed.
    static let needed = ["cat", "chmod", "head", "id", "ls", "mkdir", "mv", "rm", "rmdir", "sha256sum"]

    init() throws {
        host = try HostScriptHost()
        agent = try HostScriptAgent(paddingBytes: 200_000)
        file = host.cache + "/agent-" + agent.hash
    }

    private func stamp() throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: host.cache)
        let name = names.first { $0.hasPrefix("agent-" + agent.hash) && $0.hasSuffix(".ok") }
        return try host.cache + "/" + #require(name)
    }

    private func installed() throws {
        #expect(try host.launch(agent).agent != nil)
        #expect(try host.launch(agent).needs.isEmpty)
    }

    /// A launch that starts the agent without asking for it, and the programs, besides shells, that it runs.
    private func programsOfLaunch(isThorough: Bool = false) throws -> [String] {
        let log = host.path + "/programs"
        for name in Self.needed + ["stat", "uname", "gzip", "find", "ln", "sleep"] where name != "id" {
            try host.tool(name, "echo \(name) >>\(log)\nexec /usr/bin/\(name) \"$@\"")
        }
        try host.write("", to: log)
        let course = try host.launch(agent, isThorough: isThorough)
        #expect(course.agent != nil && course.needs.isEmpty)
        return try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func expectReplaced() throws {
        let course = try host.launch(agent)
        #expect(course.needs == [.gzip] && course.agent != nil)
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: file))) == agent.bytes)
        #expect(try host.launch(agent).needs.isEmpty)
    }

    @Test func startingFromTheCacheTakesOneProgram() throws {
        try installed()
        #expect(try programsOfLaunch() == ["stat"])
    }

    @Test func whereGzipIsMissingTheAgentComesPlain() throws {
        try host.allowOnly(Self.needed + ["stat"])
        let course = try host.launch(agent)
        #expect(course.needs == [.plain] && course.agent != nil)
        #expect(try host.launch(agent).needs.isEmpty)
    }

    @Test func aTruncatedAgentIsReplaced() throws {
        try installed()
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.truncate(atOffset: 1_000)
        try handle.close()
        try expectReplaced()
    }

    @Test func anAlteredAgentIsReplacedThoughSizeAndTimeAreRestored() throws {
        try installed()
        let before = try FileManager.default.attributesOfItem(atPath: file)
        let handle = try #require(FileHandle(forWritingAtPath: file))
        try handle.seek(toOffset: UInt64(agent.bytes.count / 2))
        try handle.write(contentsOf: Data("X".utf8))
        try handle.close()
        #expect(try HostScriptHost.run("touch", "-r", stamp(), file) == 0)
        let times = [FileAttributeKey.modificationDate: before[.modificationDate] as Any]
        try FileManager.default.setAttributes(times, ofItemAtPath: file)
        try expectReplaced()
    }

    /// A good agent in the second place, of a time when the home could not be written.
    private func installElsewhere() throws {
        try host.makeDirectory(host.places[0])
        let other = host.places[0] + "/agent-" + agent.hash
        try Data(agent.bytes).write(to: URL(fileURLWithPath: other))
        #expect(chmod(other, 0o700) == 0)
    }

    @Test func aDamagedAgentIsReplacedThoughAnotherPlaceHasAGoodOne() throws {
        try installed()
        try installElsewhere()
        try host.write("nothing", to: file)
        #expect(chmod(file, 0o700) == 0)
        try expectReplaced()
    }

    @Test func whereADamagedAgentCannotBeReplacedTheGoodOneOfAnotherPlaceIsUsed() throws {
        try installed()
        try installElsewhere()
        try host.write("nothing", to: file)
        #expect(chmod(file, 0o700) == 0)
        // A directory in which others may write is none of ours.
        #expect(chmod(host.cache, 0o777) == 0)
        let course = try host.launch(agent)
        #expect(course.needs.isEmpty && course.agent != nil)
        #expect(host.left().filter { $0.contains("/part-") } == [])
    }

    @Test func anAlterationRightAfterTheStampShows() throws {
        for _ in 0..<10 {
            let agent = try HostScriptAgent()
            let file = host.cache + "/agent-" + agent.hash
            // The agent's first deed, within the clock's tick if any is, is to alter its own file.
            let spoiling = agent.bytes + Array("printf 'X' | dd of=\"$0\" bs=1 seek=15 conv=notrunc 2>/dev/null\n".utf8)
            let spoiler = try HostScriptAgent(spoiling)
            #expect(try host.launch(spoiler).agent != nil)
            #expect(try host.launch(spoiler).needs == [.gzip])
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }

    @Test func withoutAStampTheAgentIsVerifiedAndStampedAgain() throws {
        try installed()
        try FileManager.default.removeItem(atPath: stamp())
        let programs = try programsOfLaunch()
        #expect(programs.filter { $0 == "sha256sum" }.count == 2, "once for the tool itself")
        #expect(!programs.contains("gzip") && !programs.contains("head"))
        _ = try stamp()
    }

    @Test(arguments: ["", "\n", "nonsense", "1 2 3 4|5", String(repeating: "x", count: 100_000)])
    func aWrongStampIsNotBelieved(text: String) throws {
        try installed()
        let wrong = try stamp()
        try host.write(text, to: wrong)
        let programs = try programsOfLaunch()
        #expect(programs.contains("sha256sum"))
        #expect(try String(contentsOfFile: wrong, encoding: .utf8) != text)
    }

    @Test func theStampOfAnotherFileIsNotBelieved() throws {
        try installed()
        let other = try HostScriptAgent()
        let otherFile = host.cache + "/agent-" + other.hash
        try FileManager.default.copyItem(atPath: file, toPath: otherFile)
        let otherStamp = try stamp().replacing(agent.hash, with: other.hash)
        try FileManager.default.copyItem(atPath: stamp(), toPath: otherStamp)
        #expect(try host.launch(other).needs == [.gzip])
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: otherFile))) == other.bytes)
    }

    @Test func theStampOfAnotherHostIsNotBelieved() throws {
        try installed()
        try FileManager.default.moveItem(atPath: stamp(), toPath: file + ".elsewhere.ok")
        let programs = try programsOfLaunch()
        #expect(programs.contains("sha256sum"))
    }

    @Test func aThoroughLaunchDoesNotBelieveTheStamp() throws {
        try installed()
        let programs = try programsOfLaunch(isThorough: true)
        #expect(programs.contains("sha256sum"))
    }

    @Test func racingLaunchesInASharedHomeAllSucceed() async throws {
        let (home, agent) = (host.home, agent)
        let started = try await withThrowingTaskGroup(of: Int.self) { group in
            for rank in 0..<8 {
                group.addTask {
                    try await BlockingWork.run { _ in
                        let member = try HostScriptHost()
                        member.environment["HOME"] = home
                        let course = try member.launch(agent, token: "race.\(rank)")
                        return course.arguments.contains(member.path + "/tmp/plush-race.\(rank)") ? 1 : 0
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(started == 8)
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: host.cache))
        #expect(names == ["agent-" + agent.hash, (try stamp() as NSString).lastPathComponent])
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: file))) == agent.bytes)
        #expect(try host.launch(agent).needs.isEmpty)
    }

    @Test(arguments: [0, 1, 3, 50, 1_000, 90_000], [AgentImage.Form.gzip, .plain])
    func anInterruptedTransferLeavesNothing(count: Int, form: AgentImage.Form) throws {
        if form == .plain { try host.allowOnly(Self.needed) }
        let course = try host.launch(agent) { asked in
            .init(bytes: Array(try agent.delivery(asked).prefix(count)), closes: true)
        }
        #expect(course.agent == nil && !course.needs.isEmpty)
        #expect(host.left() == [])
        #expect(try HostScriptHost().launch(agent).agent != nil)
    }

    @Test func whatInterruptedLaunchesAndOldVersionsLeftGoesWithTheNextInstallation() throws {
        try installed()
        let old = host.cache + "/agent-" + String(repeating: "a", count: 64)
        let used = host.cache + "/agent-" + String(repeating: "b", count: 64)
        let part = host.cache + "/part-gone.1-1"
        for name in [old, used, part] { try host.write("old", to: name) }
        try HostScriptHost.run("touch", "-d", "40 days ago", old, used, part)
        try HostScriptHost.run("touch", "-a", used)
        #expect(try host.launch(HostScriptAgent()).agent != nil)
        let there = [old, part, used, file].map(FileManager.default.fileExists)
        #expect(there == [false, false, true, true])
    }
}
