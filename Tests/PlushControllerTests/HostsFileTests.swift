import Foundation
import Testing

@testable import PlushController

/// Files of hosts: plain lists, and what schedulers hand out.
@Suite struct HostsFileTests {
    private func hosts(_ text: String) throws -> [String] {
        var list = HostList()
        try HostFile.parse(Array(text.utf8), name: "hosts", into: &list)
        return list.hosts.map(\.fullLabel)
    }

    @Test(arguments: [
        ("n1\nn2\n", ["n1", "n2"]),
        ("n1", ["n1"]),
        ("# the lab\nn[1-2]  # first rack\n\n  m7 , m8 me@m9:2222\r\n", ["n1", "n2", "m7", "m8", "me@m9:2222"]),
        ("n1,n2,\nn3\n", ["n1", "n2", "n3"]),
        ("\u{feff}n1\n", ["n1"]),
        // SLURM_JOB_NODELIST
        ("r[0-1]n[01-02,07],m\n", ["r0n01", "r0n02", "r0n07", "r1n01", "r1n02", "r1n07", "m"]),
        // PBS_NODEFILE and OAR_NODEFILE: a line for every core.
        ("n1\nn1\nn1\nn2\nn2\nn1\n", ["n1", "n2"]),
        // PE_HOSTFILE
        ("n1.x 4 all.q@n1.x UNDEFINED\nn2.x 12 long.q <NULL>\nn3.x 1 all.q@n3.x 0,0:0,1\n", ["n1.x", "n2.x", "n3.x"]),
        // MPI
        ("n1 slots=4 max_slots=8\nn2 max-slots=2\nn3\n", ["n1", "n2", "n3"]),
        // Numbers between names are names: only Grid Engine's four words are special.
        ("n1 2 n3 n4\n", ["n1", "2", "n3", "n4"]),
    ])
    func eachHostIsReadOnce(text: String, expected: [String]) throws {
        #expect(try hosts(text) == expected)
    }

    @Test(arguments: [
        ("n1\n\nn[3-1]\n", "hosts:3: character 3, in \"n[3-1]\": the range ends before it begins; write 1-3"),
        ("n1\nn2 ppn=4\n", "hosts:2: in \"ppn=4\": after a host there may be slots=N"),
        ("n1 slots=x\n", "hosts:1: in \"slots=x\""),
        ("n1\n-oProxyCommand=x\n", "hosts:2: in \"-oProxyCommand=x\""),
        ("n1\n-l\n", "hosts:2: in \"-l\": this is no name of a host"),
        ("n1:99999", "hosts:1: in \"n1:99999\": \"99999\" is no port"),
        ("a,,b", "hosts:1: character 3"), (",", "hosts:1: character 1"), ("@rack", "hosts:1: character 1"),
        ("n1\nn\u{0}2\n", "hosts:2: character 2"),
        ("", "hosts: there is no host in it"), ("# nothing\n \n", "hosts: there is no host in it"),
    ])
    func aBadLineIsToldWithItsNumber(text: String, message: String) {
        let error = #expect(throws: ControllerError.self) { try hosts(text) }
        #expect(error?.code == .usage)
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
    }

    @Test func whatIsNotTextIsToldWithItsLine() {
        var list = HostList()
        let error = #expect(throws: ControllerError.self) {
            try HostFile.parse(Array("n1\n".utf8) + [0xFF, 0xFE], name: "hosts", into: &list)
        }
        #expect(error?.message.hasPrefix("hosts:2: this is not text in UTF-8") == true)
    }

    @Test func hostsAreBoundedAndSoAreRepeatedOnes() {
        for (hostsMax, namesMax, line) in [(9, 100, 3), (10, 25, 5), (10, 26, 0)] {
            var list = HostList(hostsMax: hostsMax, namesMax: namesMax)
            let text = Array("n[1-5]\nn[1-9]\nm\nn[1-9]\nn[1-2]\n".utf8)
            do {
                try HostFile.parse(text, name: "hosts", into: &list)
                #expect(line == 0)
                #expect(list.hosts.count == 10)
            } catch {
                #expect(error.message.hasPrefix("hosts:\(line): in "), "\(error)")
                #expect(error.message.contains("with this there are more than \(hostsMax) hosts"))
            }
        }
    }

    @Test func aFileIsReadAndSoIsAPipe() throws {
        let place = try Workspace()
        try place.write(Array("n[1-3]\n".utf8), to: "hosts")
        var list = HostList()
        try HostFile.read(place.path + "/hosts", into: &list)
        #expect(list.hosts.map(\.name) == ["n1", "n2", "n3"])
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("m7 n1\n".utf8))
        try pipe.fileHandleForWriting.close()
        try HostFile.read("/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)", into: &list)
        #expect(list.hosts.map(\.name) == ["n1", "n2", "n3", "m7"])
    }

    @Test func whatCannotBeReadIsExplained() throws {
        let place = try Workspace()
        var list = HostList()
        for (path, reason) in [
            (place.path + "/none", "there is no such file"), (place.path, "this is a directory"),
        ] {
            let error = #expect(throws: ControllerError.self) { try HostFile.read(path, into: &list) }
            #expect(error?.message == "\(path): \(reason)")
        }
        try place.write([UInt8](repeating: UInt8(ascii: "#"), count: HostLimits.fileBytesMax + 1), to: "big")
        let error = #expect(throws: ControllerError.self) { try HostFile.read(place.path + "/big", into: &list) }
        #expect(error?.message.contains("more than \(HostLimits.fileBytesMax) bytes") == true)
    }
}
