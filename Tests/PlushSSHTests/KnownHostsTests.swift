import Foundation
import Testing

@testable import PlushSSH

struct KnownHostsTests {
    private let one = SampleKey.ed25519(1)
    private let two = SampleKey.ed25519(2)
    private let other = SampleKey.ecdsa(3)

    private func known(_ lines: String...) -> KnownHosts {
        let known = KnownHosts()
        known.add(contents: Array(lines.joined(separator: "\n").utf8), file: "kh")
        return known
    }

    private func line(_ names: String, _ key: SSHHostKey) -> String { "\(names) \(SampleKey.line(key))" }

    @Test func aHostIsTrustedByItsKeyAndByNoOther() {
        let known = known("# a comment", "", line("n1", one), line("n2", two) + " root@n2")
        #expect(known.check(names: ["n1"], port: 22, key: one) == .trusted)
        #expect(known.check(names: ["N1"], port: 22, key: one) == .trusted)
        #expect(known.check(names: ["n2"], port: 22, key: two) == .trusted)
        #expect(
            known.check(names: ["n1"], port: 22, key: two)
                == .changed(file: "kh", line: 3, knownAlgorithms: ["ssh-ed25519"]))
        #expect(known.check(names: ["n3"], port: 22, key: one) == .unknown(authority: nil))
        #expect(known.check(names: [], port: 22, key: one) == .unknown(authority: nil))
        #expect(known.badLines.isEmpty)
    }

    @Test func oneMatchingLineOfSeveralSuffices() {
        let known = known(line("n1", other), line("n1", one), line("n1", two))
        for key in [one, two, other] { #expect(known.check(names: ["n1"], port: 22, key: key) == .trusted) }
        #expect(known.algorithms(names: ["n1"], port: 22) == ["ecdsa-sha2-nistp256", "ssh-ed25519"])
    }

    /// As ssh does it, tried against OpenSSH 9.2: the new key may be all that a man in the middle could offer.
    @Test func aKeyOfAnotherAlgorithmIsAChangeToo() {
        let known = known(line("n1", other))
        let verdict = known.check(names: ["n1"], port: 22, key: one)
        #expect(verdict == .changed(file: "kh", line: 1, knownAlgorithms: ["ecdsa-sha2-nistp256"]))
        let failure = verdict.failure(key: one)
        #expect(failure?.code == .hostKey)
        #expect(failure?.message == "host key changed: ecdsa-sha2-nistp256 is known, and the host shows ssh-ed25519")
        #expect(failure?.remedy.contains("ssh-keygen -f kh -R") == true)
    }

    @Test func theLineOfTheSameAlgorithmIsTheOneToLookAt() {
        let known = known(line("n1", other), line("n1", one))
        #expect(
            known.check(names: ["n1"], port: 22, key: two)
                == .changed(file: "kh", line: 2, knownAlgorithms: ["ecdsa-sha2-nistp256", "ssh-ed25519"]))
    }

    @Test func aRevocationWinsOverEverything() {
        let known = known(line("n1", one), "@revoked * " + SampleKey.line(one), line("n1", two))
        #expect(known.check(names: ["n1"], port: 22, key: one) == .revoked(file: "kh", line: 2))
        #expect(known.check(names: ["n1"], port: 2_222, key: one) == .revoked(file: "kh", line: 2))
        #expect(known.check(names: ["n1"], port: 22, key: two) == .trusted)
        #expect(known.check(names: ["n1", "10.0.0.1"], port: 22, key: one) == .revoked(file: "kh", line: 2))
        #expect(known.algorithms(names: ["n1"], port: 22) == ["ssh-ed25519"])
        #expect(known.check(names: ["n1"], port: 22, key: one).failure(key: one)?.message == "host key is revoked")
    }

    @Test func aRevocationOfOneHostLeavesOthersAlone() {
        let known = known(line("n1,n2", one), "@revoked n1 " + SampleKey.line(one))
        #expect(known.check(names: ["n1"], port: 22, key: one) == .revoked(file: "kh", line: 2))
        #expect(known.check(names: ["n2"], port: 22, key: one) == .trusted)
    }

    @Test func aCertificateAuthorityAloneMakesNoHostKnown() {
        let known = known("@cert-authority *.example " + SampleKey.line(one))
        let verdict = known.check(names: ["n1.example"], port: 22, key: one)
        #expect(verdict == .unknown(authority: .init(file: "kh", line: 1)))
        #expect(verdict.failure(key: one)?.message.contains("certificate authority") == true)
        #expect(known.algorithms(names: ["n1.example"], port: 22).isEmpty)
        #expect(known.check(names: ["other"], port: 22, key: one) == .unknown(authority: nil))
    }

    @Test(arguments: [
        ("n*", "n12", true), ("n?", "n12", false), ("n??", "n12", true), ("*.example", "a.b.example", true),
        ("*,!n1", "n1", false), ("!n1,*", "n1", false), ("*,!n1", "n2", true), ("!n1", "n2", false),
        ("N*", "n1", true), ("*", "[n1]:2222", true), ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false),
        ("**", "", true), ("n1,m?", "m7", true), ("n1,m?", "m", false),
    ])
    func patternsAreReadAsOpenSSHDoes(patterns: String, name: String, matches: Bool) {
        let list = HostPatternList(patterns.split(separator: ",").map(String.init))
        #expect(list.matches(name) == matches)
    }

    @Test func aPatternThatBacktracksEndsInTime() {
        let pattern = String(repeating: "a*", count: 200) + "b"
        #expect(!HostPatternList([pattern]).matches(String(repeating: "a", count: 2_000)))
    }

    @Test func portsMakeOtherNames() {
        let known = known(line("[n1]:2222", one), line("n2", two))
        #expect(known.check(names: ["n1"], port: 2_222, key: one) == .trusted)
        #expect(known.check(names: ["n1"], port: 22, key: one) == .unknown(authority: nil))
        #expect(known.algorithms(names: ["n1"], port: 2_222) == ["ssh-ed25519"])
        // Known without its port: this key is enough, and no other key is evidence.
        #expect(known.check(names: ["n2"], port: 2_222, key: two) == .trusted)
        #expect(known.check(names: ["n2"], port: 2_222, key: one) == .unknown(authority: nil))
        #expect(known.algorithms(names: ["n2"], port: 2_222) == ["ssh-ed25519"])
    }

    @Test func anAddressCanOnlyBeAgainstAHost() {
        let known = known(line("n1", one), line("10.0.0.2", two), "@revoked 10.0.0.3 " + SampleKey.line(one))
        #expect(known.check(names: ["n1", "10.0.0.9"], port: 22, key: one) == .trusted)
        #expect(
            known.check(names: ["n1", "10.0.0.2"], port: 22, key: one)
                == .changed(file: "kh", line: 2, knownAlgorithms: ["ssh-ed25519"]))
        #expect(known.check(names: ["n1", "10.0.0.3"], port: 22, key: one) == .revoked(file: "kh", line: 3))
        // A name that was redirected to a host that is known by its address.
        #expect(known.check(names: ["n9", "10.0.0.2"], port: 22, key: two) == .unknown(authority: nil))
    }

    @Test func badLinesAreSkippedAndCounted() {
        let key = SampleKey.line(one)
        let wrongName = "ssh-rsa " + key.split(separator: " ")[1]
        let known = known(
            "n1", "n1 ssh-ed25519", "n1 ssh-ed25519 ????", "n1 \(wrongName)", "@unheard n1 \(key)",
            "|1|abc|def \(key)", "|2|AAAA|AAAA \(key)", ", \(key)", "n1 1024 35 12345",
            "n1 \(key)" + String(repeating: " ", count: 20_000), "@revoked", "n2 \(key)\r")
        #expect(known.badLines.map { [$0.file, "\($0.firstLine)", "\($0.count)"] } == [["kh", "1", "10"]])
        #expect(known.check(names: ["n1"], port: 22, key: one) == .unknown(authority: nil))
        #expect(known.check(names: ["n2"], port: 22, key: one) == .trusted)
    }

    @Test func anyBytesAreRead() {
        var generator = SystemRandomNumberGenerator()
        let good = Array("|1|\(Data(count: 20).base64EncodedString())|x n,*,!m \(SampleKey.line(one))\n".utf8)
        for _ in 0..<2_000 {
            var bytes = good
            for _ in 0..<4 { bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255) }
            let known = KnownHosts()
            known.add(contents: bytes, file: "kh")
            #expect(known.check(names: ["q"], port: 22, key: two) != .trusted)
        }
    }

    @Test func theAliasStandsForTheHostWithoutItsPort() {
        var settings = SSHHostSettings(name: "n1", hostName: "n1.example", user: "u", port: 2_222)
        settings.checkHostIP = true
        #expect(settings.hostKeyLookup(address: "10.0.0.1").names == ["n1.example", "10.0.0.1"])
        #expect(settings.hostKeyLookup(address: "10.0.0.1").port == 2_222)
        #expect(settings.hostKeyLookup(address: nil).names == ["n1.example"])
        settings.hostKeyAlias = "alias"
        #expect(settings.hostKeyLookup(address: "10.0.0.1").names == ["alias"])
        #expect(settings.hostKeyLookup(address: "10.0.0.1").port == 22)
        settings.hostKeyAlias = nil
        settings.checkHostIP = false
        #expect(settings.hostKeyLookup(address: "10.0.0.1").names == ["n1.example"])
    }
}
