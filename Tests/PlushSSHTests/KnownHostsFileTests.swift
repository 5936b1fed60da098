import Foundation
import Testing

@testable import PlushSSH

struct KnownHostsFileTests {
    private let one = SampleKey.ed25519(1)
    private let two = SampleKey.ed25519(2)

    /// RFC 2202's test case 3 for HMAC-SHA1: its key happens to have the 20 bytes of a salt.
    @Test func hashesAreTheOnesOfTheStandard() {
        let name = String(decoding: [UInt8](repeating: 0x5d, count: 50), as: UTF8.self)
        let digest = HashedHostNames.digest(of: name, salt: [UInt8](repeating: 0x0b, count: 20))
        #expect(digest == HashedHostNames.digest(of: name, salt: [UInt8](repeating: 0x0b, count: 20)))
        let hiThere = HashedHostNames.digest(of: "Hi There", salt: [UInt8](repeating: 0x0b, count: 20))
        #expect(hiThere.map { String(format: "%02x", $0) }.joined() == "b617318655057264e28bc0b6fb378c8ef146be00")
    }

    @Test func filesThatSSHHashedAreRead() throws {
        let place = try KnownHostsWorkspace()
        let path = try place.write(
            "n1,10.0.0.1 \(SampleKey.line(one))\n[n2]:2222 \(SampleKey.line(two))\n", to: "kh")
        try place.run("ssh-keygen", ["-H", "-f", path])
        #expect(!(try place.read("kh")).contains("n1"))
        let known = try KnownHosts.read(userFiles: [path], globalFiles: [])
        #expect(known.badLines.isEmpty)
        #expect(known.check(names: ["n1"], port: 22, key: one) == .trusted)
        #expect(known.check(names: ["10.0.0.1"], port: 22, key: one) == .trusted)
        #expect(known.check(names: ["N2"], port: 2_222, key: two) == .trusted)
        #expect(known.check(names: ["n2"], port: 22, key: two) == .unknown(authority: nil))
        guard case .changed(path, 1, ["ssh-ed25519"]) = known.check(names: ["n1"], port: 22, key: two) else {
            Issue.record("the hashed line of n1 is not the one to look at")
            return
        }
        #expect(known.algorithms(names: ["n2"], port: 2_222) == ["ssh-ed25519"])
    }

    /// `ssh-keygen -F` says which lines concern a name: the same ones must be ours.
    @Test func theSameLinesConcernAHostAsForSSH() throws {
        let place = try KnownHostsWorkspace()
        var text = ""
        for index in 0..<40 {
            let names = [
                "n\(index)", "n\(index),m\(index)", "n*", "n?", "*,!n\(index)", "[n\(index)]:2222", "!m*,n\(index)",
                HashedHostNames.hash("n\(index)").text, HashedHostNames.hash("[n\(index)]:2222").text, "*:*",
            ][index % 10]
            text += "\(index % 7 == 0 ? "@revoked " : "")\(names) \(SampleKey.line(SampleKey.ed25519(UInt8(index))))\n"
        }
        let path = try place.write(text, to: "kh")
        let known = try KnownHosts.read(userFiles: [path], globalFiles: [])
        for name in (0..<40).flatMap({ ["n\($0)", "m\($0)", "[n\($0)]:2222"] }) {
            let printed = try place.run("ssh-keygen", ["-F", name, "-f", path]).output
            let lines = printed.split(separator: "\n").compactMap { line -> Int? in
                guard let range = line.range(of: "found: line ") else { return nil }
                return Int(line[range.upperBound...].prefix { $0.isNumber })
            }
            #expect(known.entries(for: name).map(\.place.line) == lines, "\(name)")
        }
    }

    @Test(arguments: [false, true])
    func aNewHostIsRememberedOnceAndForSSHToo(hashed: Bool) throws {
        let place = try KnownHostsWorkspace()
        let path = place.file("new/kh")
        let known = try KnownHosts.read(userFiles: [path, place.file("other")], globalFiles: [])
        #expect(try known.remember(name: "N1", port: 2_222, key: one, hashed: hashed))
        #expect(try !known.remember(name: "n1", port: 2_222, key: one, hashed: hashed))
        #expect(known.check(names: ["n1"], port: 2_222, key: one) == .trusted)
        guard case .changed(path, 0, _) = known.check(names: ["n1"], port: 2_222, key: two) else {
            Issue.record("what was learned does not count")
            return
        }
        let text = try place.read("new/kh")
        #expect(text.split(separator: "\n").count == 1)
        #expect(text.hasPrefix("|1|") == hashed)
        #expect(try place.run("ssh-keygen", ["-F", "[n1]:2222", "-f", path]).output.contains("found: line 1"))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let directory = try FileManager.default.attributesOfItem(atPath: place.file("new"))
        #expect(directory[.posixPermissions] as? Int == 0o700)
        let again = try KnownHosts.read(userFiles: [path], globalFiles: [])
        #expect(again.check(names: ["n1"], port: 2_222, key: one) == .trusted)
    }

    @Test func aLineWithoutItsEndIsLeftWhole() throws {
        let place = try KnownHostsWorkspace()
        let path = try place.write("n1 \(SampleKey.line(one))", to: "kh")
        let known = try KnownHosts.read(userFiles: [path], globalFiles: [])
        try known.remember(name: "n2", port: 22, key: two, hashed: false)
        let again = try KnownHosts.read(userFiles: [path], globalFiles: [])
        #expect(again.check(names: ["n1"], port: 22, key: one) == .trusted)
        #expect(again.check(names: ["n2"], port: 22, key: two) == .trusted)
        #expect(again.badLines.isEmpty)
    }

    @Test func severalRunsMayAppendAtOnce() async throws {
        let place = try KnownHostsWorkspace()
        let path = place.file("kh")
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for run in 0..<8 {
                tasks.addTask {
                    let known = try KnownHosts.read(userFiles: [path], globalFiles: [])
                    for host in 0..<100 {
                        try known.remember(name: "r\(run)h\(host)", port: 22, key: SampleKey.ed25519(1), hashed: true)
                    }
                }
            }
            try await tasks.waitForAll()
        }
        let known = try KnownHosts.read(userFiles: [path], globalFiles: [])
        #expect(known.badLines.isEmpty)
        for run in 0..<8 {
            for host in 0..<100 {
                #expect(known.check(names: ["r\(run)h\(host)"], port: 22, key: one) == .trusted)
            }
        }
    }

    @Test(arguments: ["a b", "a,b", "*", "!a", "|1|x", "@revoked", "a\nb", "#", ""])
    func aNameThatMeansSomethingElseIsNotWritten(name: String) throws {
        let place = try KnownHostsWorkspace()
        let known = try KnownHosts.read(userFiles: [place.file("kh")], globalFiles: [])
        #expect(throws: SSHFailure.self) { try known.remember(name: name, port: 22, key: one, hashed: false) }
        #expect(!FileManager.default.fileExists(atPath: place.file("kh")))
    }

    @Test func whereNothingCanBeWrittenThatIsSaid() throws {
        let nowhere = try KnownHosts.read(userFiles: ["none"], globalFiles: [])
        #expect(throws: SSHFailure.self) { try nowhere.remember(name: "n1", port: 22, key: one, hashed: false) }
        let missing = try KnownHosts.read(userFiles: ["/nowhere/at/all/kh"], globalFiles: [])
        #expect(throws: SSHFailure.self) { try missing.remember(name: "n1", port: 22, key: one, hashed: false) }
        // Not remembered, so not trusted either.
        #expect(missing.check(names: ["n1"], port: 22, key: one) == .unknown(authority: nil))
    }

    @Test func filesThatAreNoFilesDoNotStopUs() throws {
        let place = try KnownHostsWorkspace()
        mkfifo(place.file("fifo"), 0o600)
        let known = try KnownHosts.read(
            userFiles: [place.path, place.file("fifo"), "/dev/null"], globalFiles: ["none"])
        #expect(known.unreadable.map(\.file) == [place.path])
        try place.write(String(repeating: "x", count: 4_096), to: "large")
        var limits = KnownHostsLimits()
        limits.fileBytesMax = 4_095
        #expect(throws: SSHFailure.self) {
            try KnownHosts.read(userFiles: [place.file("large")], globalFiles: [], limits: limits)
        }
    }

    @Test func tenThousandHashedLinesCostAMillisecondOrSoPerHost() throws {
        let key = SampleKey.line(one)
        var text = ""
        for index in 0..<10_000 { text += "\(HashedHostNames.hash("node\(index)").text) \(key)\n" }
        let known = KnownHosts()
        let clock = ContinuousClock()
        let reading = clock.measure { known.add(contents: Array(text.utf8), file: "kh") }
        let checking = clock.measure {
            for host in 0..<100 {
                let names = ["node\(host * 100)"]
                #expect(known.algorithms(names: names, port: 22) == ["ssh-ed25519"])
                #expect(known.check(names: names, port: 22, key: one) == .trusted)
            }
        }
        print("known_hosts: 10,000 hashed lines read in \(reading), 100 hosts looked up in \(checking)")
    }
}
