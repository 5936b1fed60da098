import Foundation
import Testing

@testable import PlushController

/// File systems that are full, read-only or without programs; needs the right to mount such.
@Suite(.enabled(if: HostScriptHost.canMount, "file systems cannot be mounted here"))
struct HostScriptMountTests {
    private let host: HostScriptHost
    private let agent: HostScriptAgent

    init() throws {
        host = try HostScriptHost()
        agent = try HostScriptAgent(paddingBytes: 300_000)
    }

    private static let everywhere = "in ~/.cache/plush, /var/tmp, /tmp"

    private func launchWith(_ options: String) throws -> HostScriptHost.Course {
        for place in [host.home] + host.places { try host.mountTemporary(place, options: options) }
        return try host.launch(agent)
    }

    @Test func aFullHomeSendsTheAgentElsewhere() throws {
        try host.mountTemporary(host.home, options: "size=64k")
        let course = try host.launch(agent)
        #expect(course.agent != nil && course.needs == [.gzip, .gzip])
        #expect(Set(host.left()) == Set(host.left().filter { $0.hasPrefix(host.places[0]) }))
        #expect(try host.launch(agent).needs.isEmpty)
    }

    @Test func fullDisksAreTold() throws {
        let course = try launchWith("size=64k")
        #expect(course.needs == [.gzip, .gzip, .gzip] && course.agent == nil)
        #expect(course.fault?.code == .noSpace)
        #expect(course.fault?.message == "no place for the agent: no space left on device \(Self.everywhere)")
        #expect(Set(host.left()) == Set(host.places), "only what is mounted")
    }

    @Test func aDiskWithoutInodesIsTold() throws {
        let course = try launchWith("nr_inodes=1")
        #expect(course.needs == [] && course.fault?.code == .noSpace)
    }

    @Test func placesWithoutProgramsAreToldBeforeAnythingIsSent() throws {
        let course = try launchWith("noexec")
        #expect(course.needs == [] && course.fault?.code == .noExec)
        let words = "programs may not be run (noexec)"
        #expect(course.fault?.message == "no place for the agent: \(words) \(Self.everywhere)")
        #expect(Set(host.left()) == Set(host.places))
    }

    @Test func readOnlyPlacesAreTold() throws {
        let course = try launchWith("ro")
        #expect(course.needs == [] && course.fault?.code == .notWritable)
        #expect(course.fault?.message == "no place for the agent: read-only file system \(Self.everywhere)")
    }

    @Test func aHomeWithoutProgramsSendsTheAgentElsewhere() throws {
        try host.mountTemporary(host.home, options: "noexec")
        let course = try host.launch(agent)
        #expect(course.agent != nil && course.needs == [.gzip])
        #expect(host.left().allSatisfy { $0.hasPrefix(host.places[0]) })
    }

    @Test(arguments: HostScriptShellTests.interpreters)
    func aHomeThatLostItsProgramsAfterTheStampIsLookedAtAgain(interpreter: String) throws {
        host.interpreter = interpreter
        try host.mountTemporary(host.home, options: "size=1m")
        #expect(try host.launch(agent).agent != nil)
        #expect(try HostScriptHost.run("mount", "-o", "remount,noexec", host.home) == 0)
        var course = try host.launch(agent)
        if course.agent == nil {
            let fault = HostFault(exit: course.exit, errorOutput: course.errorOutput, reply: course.reply)
            #expect(fault.code == .notStarted && fault.deservesCloserLook)
            course = try host.launch(agent, isThorough: true)
        }
        #expect(course.agent != nil && course.needs == [.gzip])
    }

    @Test func anAgentThatIsThereServesFromAReadOnlyHome() throws {
        try host.mountTemporary(host.home, options: "size=1m")
        #expect(try host.launch(agent).agent != nil)
        for name in try FileManager.default.contentsOfDirectory(atPath: host.cache) where name.hasSuffix(".ok") {
            try FileManager.default.removeItem(atPath: host.cache + "/" + name)
        }
        #expect(try HostScriptHost.run("mount", "-o", "remount,ro", host.home) == 0)
        let course = try host.launch(agent)
        #expect(course.agent != nil && course.needs.isEmpty && course.errorOutput.isEmpty)
    }
}
