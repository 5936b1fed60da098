import Foundation
import Testing

@testable import PlushController

/// Hosts on which something is missing or in the way: another way is found, or the cause is told and nothing is left.
struct HostScriptFaultTests {
    private let host: HostScriptHost
    private let agent: HostScriptAgent

    init() throws {
        host = try HostScriptHost()
        agent = try HostScriptAgent(paddingBytes: 200_000)
    }

    /// Makes all places but the home unusable: what others own or may change is not touched.
    private func closeOtherPlaces() throws {
        for place in host.places {
            try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: host.path)
        }
    }

    private func expectFault(_ code: HostFault.Code, _ message: String, _ course: HostScriptHost.Course) {
        #expect(course.fault?.code == code && course.fault?.message == message, "\(String(describing: course.fault))")
        #expect(course.agent == nil)
        #expect(host.left().filter { !host.places.contains($0) } == [])
    }

    @Test(arguments: HostScriptCacheTests.needed)
    func aMissingToolIsNamed(tool: String) throws {
        try host.allowOnly(HostScriptCacheTests.needed.filter { $0 != tool })
        if tool == "id" { try FileManager.default.removeItem(atPath: host.path + "/bin/id") }
        expectFault(.missingTools, "missing there, or not in PATH: \(tool)", try host.launch(agent))
    }

    @Test func allMissingToolsAreNamedTogether() throws {
        try host.allowOnly(["cat", "chmod", "ls", "mkdir", "mv", "rm", "rmdir"])
        expectFault(.missingTools, "missing there, or not in PATH: head, sha256sum", try host.launch(agent))
    }

    @Test(arguments: [["shasum", "perl"], ["openssl"], ["busybox"]])
    func otherToolsTakeThePlaceOfSha256sum(tools: [String]) throws {
        let all = tools.allSatisfy { FileManager.default.fileExists(atPath: "/usr/bin/" + $0) || $0 == "busybox" }
        try #require(all)
        try host.allowOnly(HostScriptCacheTests.needed.filter { $0 != "sha256sum" } + tools)
        #expect(try host.launch(agent).agent != nil)
        #expect(try host.launch(agent, isThorough: true).needs.isEmpty)
    }

    @Test func aToolThatOnlyHasTheRightNameIsNotBelieved() throws {
        try host.tool("sha256sum", "echo \(agent.hash)")
        let other = try HostScriptAgent()
        let course = try host.launch(agent) { .init(bytes: try other.delivery($0)) }
        expectFault(.damaged, "the agent arrived damaged: its SHA-256 is another", course)
    }

    @Test func otherBytesThanPromisedAreRefused() throws {
        let other = try HostScriptAgent()
        let course = try host.launch(agent) { .init(bytes: try other.delivery($0)) }
        expectFault(.damaged, "the agent arrived damaged: its SHA-256 is another", course)
    }

    @Test(arguments: ["x\n", "\n", "-5\n", "0\n", "1 2\n", "99999999999999999999999\n"])
    func aSizeThatIsNoneIsRefused(size: String) throws {
        let course = try host.launch(agent) { _ in .init(bytes: Array(size.utf8)) }
        #expect(course.fault?.code == .dialog && course.agent == nil)
        #expect(host.left() == [])
    }

    @Test func anotherMachineIsTold() throws {
        try host.tool("uname", "echo Linux riscv128")
        let machine = try HostScriptAgent.machine
        expectFault(
            .otherMachine, "its processor is riscv128, the agent is for \(machine)", try host.launch(agent))
    }

    @Test func anotherSystemIsTold() throws {
        try host.tool("uname", "echo Darwin arm64")
        expectFault(.otherSystem, "it runs Darwin arm64, and agents run on Linux", try host.launch(agent))
    }

    @Test func withoutUnameTheAgentItselfIsTried() throws {
        try host.allowOnly(HostScriptCacheTests.needed)
        #expect(try host.launch(agent, machine: "other").agent != nil)
    }

    @Test func anAgentThatDoesNotWorkIsToldInItsOwnWords() throws {
        let broken = try HostScriptAgent(version: "echo 'FATAL: kernel too old'; echo more; exit 3")
        expectFault(
            .doesNotRun, "the agent does not run there: FATAL: kernel too old (code 3)", try host.launch(broken))
    }

    @Test func aPlaceThatOthersMayChangeIsNotUsed() throws {
        try host.makeDirectory(host.cache)
        #expect(try HostScriptHost.run("chmod", "770", host.cache) == 0)
        try closeOtherPlaces()
        let course = try host.launch(agent)
        #expect(course.fault?.code == .noPlace)
        let places = "~/.cache/plush, /var/tmp, /tmp"
        #expect(course.fault?.message == "no place for the agent: others could write there in \(places)")
        #expect(course.needs.isEmpty)
        #expect(Set(host.left(besides: [host.home + "/.cache", host.cache])) == Set(host.places))
        #expect(FileManager.default.fileExists(atPath: host.home), "nor what they point to")
    }

    @Test func aFileInTheWayIsTold() throws {
        try host.write("", to: host.home + "/.cache")
        for place in host.places { try host.write("", to: place) }
        let fault = try #require(try host.launch(agent).fault)
        #expect(fault.code == .noPlace && fault.message.contains("~/.cache/plush: not a directory"), "\(fault)")
        #expect(fault.message.contains("/tmp: file exists"))
    }

    @Test func aDirectoryWithTheAgentsNameIsTold() throws {
        let name = host.cache + "/agent-" + agent.hash
        try host.makeDirectory(name)
        try closeOtherPlaces()
        let fault = try #require(try host.launch(agent).fault)
        #expect(fault.message.hasPrefix("no place for the agent: ~/.cache/plush: a directory has the agent's name; "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: name) == [])
    }

    @Test func aLimitOnTheSizeOfFilesIsAFault() throws {
        try closeOtherPlaces()
        let command = try HostScript.start(agentHash: agent.hash, machine: HostScriptAgent.machine, token: "overlay.1")
        let course = try host.execute("ulimit -f 20; " + command) { .init(bytes: try agent.delivery($0)) }
        #expect(course.fault?.code == .noPlace && course.needs == [.gzip])
        #expect(Set(host.left()) == Set(host.places))
    }

    @Test(arguments: [nil, "", "relative", "/missing/home"])
    func withoutAHomeTheAgentIsCachedElsewhere(home: String?) throws {
        host.environment["HOME"] = home.map { $0.hasPrefix("/") ? host.path + $0 : $0 }
        let course = try host.launch(agent)
        #expect(course.agent != nil && course.needs == [.gzip])
        let mode = try FileManager.default.attributesOfItem(atPath: host.places[0])[.posixPermissions] as? Int
        #expect(mode == 0o700)
        let again = try host.launch(agent)
        #expect(again.agent != nil && again.needs.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: host.path + "/missing"))
    }

    @Test func spacesAndOtherOddLettersInPathsDoNoHarm() throws {
        let home = host.path + "/a home; 'of' \"$HOME\" * \\n ü"
        let temporary = host.path + "/a tmp; 'of' $(id) *"
        try host.makeDirectory(home)
        try host.makeDirectory(temporary)
        host.environment["HOME"] = home
        host.environment["TMPDIR"] = temporary
        #expect(try host.launch(agent).arguments[1] == temporary + "/plush-overlay.1")
        #expect(try host.launch(agent).needs.isEmpty)
        try closeOtherPlaces()
        let file = home + "/.cache/plush/agent-" + agent.hash
        #expect(FileManager.default.fileExists(atPath: file))
        #expect(try host.execute(HostScript.clean()).exit == .code(0))
        #expect(!FileManager.default.fileExists(atPath: home + "/.cache/plush"))
    }

    @Test(arguments: [nil, "", "tmp", "/missing"])
    func aUselessTMPDIRIsReplaced(directory: String?) throws {
        host.environment["TMPDIR"] = directory.map { $0.hasPrefix("/") ? host.path + $0 : $0 }
        #expect(try host.launch(agent).arguments[1] == "/tmp/plush-overlay.1")
    }

    @Test(arguments: [
        (nil, "0.0.0.0"), ("", "0.0.0.0"), ("UNKNOWN 65535 UNKNOWN 65535", "0.0.0.0"),
        ("fe80::2%eth0 1 fe80::1%eth0 22", "fe80::1%eth0"), ("2001:db8::2 1 2001:db8::1 22", "2001:db8::1"),
    ])
    func theAgentListensWhereItsHostWasReached(connection: String?, address: String) throws {
        host.environment["SSH_CONNECTION"] = connection
        #expect(try host.launch(agent).arguments.last == address)
    }
}
