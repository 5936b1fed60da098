import Foundation
import Testing

@testable import PlushController

/// Whatever the login shell is and whatever the host calls /bin/sh.
struct HostScriptShellTests {
    private static func installed(_ shells: [String]) -> [String] {
        shells.filter { FileManager.default.isExecutableFile(atPath: String($0.split(separator: " ")[0])) }
    }

    static let shells = installed([
        "/bin/sh", "/bin/dash", "/bin/bash", "/bin/zsh", "/bin/ksh", "/bin/csh", "/bin/bsd-csh", "/bin/tcsh",
        "/usr/bin/fish", "/bin/busybox sh",
    ])
    static let interpreters = installed([
        "/bin/sh", "/bin/dash", "/bin/bash", "/bin/zsh --emulate sh", "/bin/busybox sh",
    ])

    @Test(arguments: shells, interpreters)
    func anyShellInstallsTheAgentOnceAndThenStartsItFromTheCache(shell: String, interpreter: String) throws {
        let host = try HostScriptHost()
        host.shell = shell.split(separator: " ").map(String.init)
        host.interpreter = interpreter
        let agent = try HostScriptAgent(paddingBytes: 100_000)
        let first = try host.launch(agent)
        #expect(first.needs == [.gzip] && first.fault == nil)
        let expected = ["--directory", host.path + "/tmp/plush-overlay.1", "--listen", "192.0.2.7"]
        #expect(first.arguments == expected)
        #expect(String(decoding: first.errorOutput, as: UTF8.self) == "")
        let second = try host.launch(agent)
        #expect(second.needs.isEmpty && second.arguments == expected)
        #expect(String(decoding: second.errorOutput, as: UTF8.self) == "")
        #expect(second.agent == first.agent, "what the agent finds around itself")
        let names = try FileManager.default.contentsOfDirectory(atPath: host.cache)
        #expect(names.count == 2 && names.contains("agent-" + agent.hash))
    }

    @Test(arguments: shells)
    func whatStartUpFilesPrintIsSkipped(shell: String) throws {
        let host = try HostScriptHost()
        let noise = "echo 'welcome plush-host need plain'\nprintf 'no end of line'\n"
        try host.makeDirectory(host.home + "/.config/fish")
        for name in [".cshrc", ".tcshrc", ".zshenv", ".config/fish/config.fish"] {
            try host.write(noise, to: host.home + "/" + name)
        }
        host.shell = shell.split(separator: " ").map(String.init)
        let agent = try HostScriptAgent()
        let printed = "echo loud; printf louder; "
        let command = try HostScript.start(agentHash: agent.hash, machine: HostScriptAgent.machine, token: "overlay.1")
        let course = try host.execute(printed + command) { .init(bytes: try agent.delivery($0)) }
        #expect(course.needs == [.gzip] && course.arguments.count == 4)
        #expect(String(decoding: course.reply.noise, as: UTF8.self).contains("louder"))
    }

    @Test func scriptsMeanTheSameToEveryShell() throws {
        for script in [HostScript.startScript, HostScript.cleanScript] {
            #expect(!script.contains("'") && !script.contains("!") && !script.contains("\n"))
            #expect(!script.contains("\\\\") && !script.contains("\\\"") && script.utf8.allSatisfy { 32...126 ~= $0 })
            #expect(script.utf8.count + 1 < HostScript.scriptBytesMax)
        }
    }

    @Test(arguments: [
        "", "overlay", "overlay.", ".1", "a.b.c", "a.1;reboot", "a.1 b", "$(id).1", "a'.1", "a.1\n", "../x.1", "é.1",
        "-a.1-", String(repeating: "a", count: 65) + ".1",
    ])
    func tokensThatCouldMeanSomethingElseAreRefused(token: String) {
        let hash = String(repeating: "0", count: 64)
        #expect(throws: ControllerError.self) {
            try HostScript.start(agentHash: hash, machine: "x86_64", token: token)
        }
    }

    @Test(arguments: ["relative", "/a b", "/a;b", "/a'b", "/a\"b", "/$a", "/`a`", "/a\\b", "/a*", "/~", "/a!b", "/ä"])
    func logPathsThatCouldMeanSomethingElseAreRefused(path: String) {
        let hash = String(repeating: "0", count: 64)
        #expect(throws: ControllerError.self) {
            try HostScript.start(agentHash: hash, machine: "x86_64", token: "a.1", logPath: path)
        }
    }

    @Test func hashesAndMachinesThatAreNoneAreRefused() {
        let hash = String(repeating: "a", count: 64)
        for bad in ["", "abc", String(repeating: "A", count: 64), String(repeating: "g", count: 64), hash + "a"] {
            #expect(throws: ControllerError.self) {
                try HostScript.start(agentHash: bad, machine: "x86_64", token: "a.1")
            }
        }
        for bad in ["", "x86 64", "x;y", "x-y", "é"] {
            #expect(throws: ControllerError.self) { try HostScript.start(agentHash: hash, machine: bad, token: "a.1") }
        }
    }

    @Test func theLogFileIsHandedOn() throws {
        let host = try HostScriptHost()
        let log = host.path + "/agent.log"
        let course = try host.launch(HostScriptAgent(), logPath: log)
        #expect(course.arguments.suffix(2) == ["--log", log])
    }
}
