import Foundation
import PlushSSH
import Testing

@testable import PlushController

/// Removing what is cached, and nothing else.
struct HostScriptCleanTests {
    private let host: HostScriptHost
    private let agent: HostScriptAgent

    init() throws {
        host = try HostScriptHost()
        agent = try HostScriptAgent()
    }

    private func clean() throws -> HostScript.Removal {
        let course = try host.execute(HostScript.clean())
        return try HostScript.Removal(exit: course.exit, output: course.output, errorOutput: course.errorOutput)
    }

    @Test(arguments: HostScriptShellTests.shells)
    func allThatIsCachedGoesAndIsCounted(shell: String) throws {
        host.shell = shell.split(separator: " ").map(String.init)
        #expect(try host.launch(agent).agent != nil)
        // Not unset, or zsh and fish would look it up; not missing, or fish would make it.
        try host.write("", to: host.path + "/file")
        host.environment["HOME"] = host.path + "/file"
        #expect(try host.launch(agent).agent != nil)
        host.environment["HOME"] = host.home
        try host.write("12345", to: host.cache + "/part-gone.7-1")
        let removal = try clean()
        #expect(removal.files == 5)
        #expect(removal.bytes > 2 * agent.bytes.count + 5)
        #expect(host.left().filter { !$0.hasPrefix(host.home) } == [])
        #expect(!FileManager.default.fileExists(atPath: host.cache))
        #expect(try clean() == HostScript.Removal(files: 0, bytes: 0))
        #expect(try host.launch(agent).needs == [.gzip], "and everything begins anew")
    }

    @Test func theDirectoryOfAllCachesGoesOnlyWhereNothingElseIsInIt() throws {
        let caches = host.home + "/.cache"
        #expect(try host.launch(agent).agent != nil)
        try host.write("x", to: caches + "/other")
        #expect(try clean().files == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: caches) == ["other"])
        try FileManager.default.removeItem(atPath: caches + "/other")
        #expect(try clean().files == 0)
        #expect(FileManager.default.fileExists(atPath: caches), "an empty one that is not ours to judge")
        #expect(try host.launch(agent).agent != nil)
        #expect(try clean().files == 2)
        #expect(host.left() == [])
    }

    @Test func whatWasRemovedIsToldInMegabytes() {
        #expect(HostScript.Removal(files: 2, bytes: 13_585_210).description == "removed 2 files, 13.6 MB")
        #expect(HostScript.Removal(files: 1, bytes: 49_999).description == "removed 1 file, 0.0 MB")
        #expect(HostScript.Removal(files: 0, bytes: 0).description == "nothing to remove")
    }

    @Test func filesOfOthersStay() throws {
        #expect(try host.launch(agent).agent != nil)
        let hash = String(repeating: "a", count: 64)
        let foreign = [
            "notes", "agent-", "agent-mine", "agent-\(hash)b", "agent-\(hash.dropLast())g", "my-agent-\(hash)", "part-",
            ".agent-\(hash)",
        ]
        for name in foreign { try host.write("x", to: host.cache + "/" + name) }
        try host.makeDirectory(host.cache + "/agent-" + hash)
        #expect(try clean().files == 2)
        let names = try FileManager.default.contentsOfDirectory(atPath: host.cache)
        #expect(Set(names) == Set(foreign + ["agent-" + hash]))
    }

    @Test func whatALinkPointsToStays() throws {
        let elsewhere = host.path + "/elsewhere"
        try host.makeDirectory(elsewhere)
        let file = elsewhere + "/agent-" + String(repeating: "a", count: 64)
        try host.write("x", to: file)
        for place in host.places {
            try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: elsewhere)
        }
        #expect(try clean().files == 0)
        #expect(FileManager.default.fileExists(atPath: file))
    }

    @Test func whatCannotBeRemovedIsToldWithItsCause() throws {
        #expect(try host.launch(agent).agent != nil)
        try host.tool("rm", "echo \"rm: cannot remove 'x': Read-only file system\" >&2; exit 1")
        let fault = try #require(#expect(throws: HostFault.self) { try clean() })
        #expect(fault.code == .notRemoved)
        #expect(fault.message == "cached agents could not be removed: read-only file system")
    }

    @Test func aShellThatSaysNothingIsAFault() throws {
        let nothing: [UInt8] = []
        let fault = try #require(
            #expect(throws: HostFault.self) {
                try HostScript.Removal(exit: .code(1), output: nothing, errorOutput: Array("No such shell\n".utf8))
            })
        #expect(fault.message == "the login shell ended with code 1: No such shell")
    }

    @Test(arguments: ["cleaned", "cleaned 1", "cleaned -1 2", "cleaned 1 x", "cleaned 1 2 3", "Cleaned 1 2"])
    func anAnswerThatIsNoneIsAFault(line: String) {
        #expect(throws: HostFault.self) {
            try HostScript.Removal(
                exit: .code(0), output: Array("\(HostReply.marker)\(line)\n".utf8), errorOutput: [])
        }
    }
}
