import CPlushSystem
import Glibc
import Testing

@testable import PlushRuntime

@Suite struct FilesAgentDirectoryTests {
    @Test func directoryIsMadePrivateMarkedAndRemoved() throws {
        let here = try FilesWorkspace()
        let agent = try AgentDirectory(creatingAt: here.path + "/agent")
        #expect(here.mode("agent") == 0o700)
        #expect(here.read("agent/.plush-agent") == PLUSH_MARKER_TEXT)
        #expect(try agent.application("demo").path == here.path + "/agent/app/demo")
        _ = try agent.application("demo")
        #expect(try agent.place(of: "demo").path == here.path + "/agent/app/demo")
        #expect(try agent.place(of: "").path == here.path + "/agent/command")
        #expect(here.names("agent") == [".plush-agent", "app", "command"])
        here.write("agent/app/demo/deep/file", "x")
        try agent.remove()
        #expect(here.names() == [])
        try agent.remove()
    }

    @Test func emptyDirectoryIsTakenAndMadePrivate() throws {
        let here = try FilesWorkspace()
        here.directory("agent")
        _ = try AgentDirectory(creatingAt: here.path + "/agent")
        #expect(here.mode("agent") == 0o700)
    }

    @Test func directoryOfADeadAgentIsTakenOverThatOfALivingOneIsNot() throws {
        let here = try FilesWorkspace()
        var agent: AgentDirectory? = try AgentDirectory(creatingAt: here.path + "/agent")
        #expect(agent != nil)
        #expect(runtimeFileErrorCode { _ = try AgentDirectory(creatingAt: here.path + "/agent") } == .notOurs)
        #expect(plush_remove_agent_directory(here.path + "/agent") == -1 && errno == EBUSY)
        agent = nil
        try AgentDirectory(creatingAt: here.path + "/agent").remove()
        #expect(!here.exists("agent"))
    }

    @Test func otherDirectoriesAreRefused() throws {
        let here = try FilesWorkspace()
        here.write("home/file", "x")
        here.write("false/.plush-agent", "something else")
        here.write("real/.plush-agent", PLUSH_MARKER_TEXT)
        here.directory("linked")
        here.link("../real/.plush-agent", at: "linked/.plush-agent")
        for name in ["home", "false", "linked"] {
            #expect(runtimeFileErrorCode { _ = try AgentDirectory(creatingAt: "\(here.path)/\(name)") } == .notOurs)
            #expect(plush_remove_agent_directory("\(here.path)/\(name)") == -1)
            #expect(here.exists(name))
        }
        here.link("real", at: "link")
        for name in ["link", "home/file", "absent/agent"] {
            #expect(runtimeFileErrorCode { _ = try AgentDirectory(creatingAt: "\(here.path)/\(name)") } == .system)
        }
        #expect(runtimeFileErrorCode { _ = try AgentDirectory(creatingAt: "relative") } == .unsafePath)
    }

    @Test(arguments: ["", "..", ".", "a/b", "/a"]) func applicationNameIsOneName(name: String) throws {
        let here = try FilesWorkspace()
        let agent = try AgentDirectory(creatingAt: here.path + "/agent")
        #expect(runtimeFileErrorCode { _ = try agent.application(name) } == .unsafePath)
    }

    @Test func plantedLinkIsNotFollowed() throws {
        let here = try FilesWorkspace()
        here.directory("outside")
        let agent = try AgentDirectory(creatingAt: here.path + "/agent")
        here.link("../outside", at: "agent/app")
        #expect(runtimeFileErrorCode { _ = try agent.application("demo") } == .system)
        #expect(here.names("outside") == [])
    }

    @Test func removalFollowsNoLinkAndOpensWhatIsLocked() throws {
        let here = try FilesWorkspace()
        here.write("outside/precious", "data")
        let agent = try AgentDirectory(creatingAt: here.path + "/agent")
        here.link("../outside", at: "agent/link")
        here.link("../../outside/precious", at: "agent/file")
        here.write("agent/locked/inner/file", "x")
        mkfifo(here.path + "/agent/pipe", 0o600)
        chmod(here.path + "/agent/locked/inner", 0o000)
        chmod(here.path + "/agent/locked", 0o500)
        try agent.remove()
        #expect(here.names() == ["outside"])
        #expect(here.read("outside/precious") == "data")
    }

    @Test func removalManagesDepthAndWidth() throws {
        let here = try FilesWorkspace()
        let agent = try AgentDirectory(creatingAt: here.path + "/agent")
        for index in 0..<1500 { here.write("agent/wide-name-number-\(index)", "") }
        // Deeper than a path may be long, and than descriptors are allowed for a recursion.
        var current = open(here.path + "/agent", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        let name = String(repeating: "d", count: 100)
        for _ in 0..<400 {
            #expect(mkdirat(current, name, 0o755) == 0)
            let next = openat(current, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            close(current)
            current = next
        }
        close(current)
        try agent.remove()
        #expect(here.names() == [])
    }
}
