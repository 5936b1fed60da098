import Foundation
import Testing

@testable import PlushController

/// What the doctor finds of keys and known hosts, in homes made for it.
struct DoctorTests {
    private let place: SSHSettingsWorkspace

    init() throws { place = try SSHSettingsWorkspace() }

    private func findings(_ change: (inout SSHOptions) -> Void = { _ in }) -> [String: Finding] {
        var options = ControllerOptions()
        change(&options.ssh)
        let checkup = SSHCheckup(options: options, environment: place.environment, home: place.file("home"))
        return Dictionary(uniqueKeysWithValues: checkup.findings().map { ($0.name, $0) })
    }

    @Test func anEmptyHomeHasNoKeysAndKnowsNobody() throws {
        let findings = findings { $0.configurationPath = "none" }
        #expect(findings["ssh"]?.verdict == .ok)
        let keys = try #require(findings["keys"])
        #expect(keys.verdict == .warning && keys.message.hasPrefix("no ssh-agent, and no key file"))
        #expect(keys.remedy.contains("ssh-keygen"))
    }

    @Test func keysAndKnownHostsThatTheConfigurationNamesCount() throws {
        try place.makeKey("home/.ssh/work")
        try place.makeKey("other")
        try place.write("n1 ssh-ed25519 AAAA\n", to: "home/.ssh/known_work")
        try place.write(
            """
            Host n*
              IdentityFile ~/.ssh/work
              UserKnownHostsFile ~/.ssh/known_work
            Host m*
              IdentityFile \(place.file("other"))
              IdentityFile ~/.ssh/absent
              UserKnownHostsFile /dev/null

            """, to: "home/.ssh/config")
        let found = findings()
        #expect(found["keys"] == Finding("keys", .ok, "~/.ssh/work, \(place.file("other"))"))
        let known = try #require(found["known hosts"])
        #expect(known.verdict == .ok && known.message.hasPrefix("~/.ssh/known_work"))
        #expect(!known.message.contains("/dev/null"))
        // With another configuration none of it holds.
        #expect(findings { $0.configurationPath = "none" }["keys"]?.verdict == .warning)
    }

    @Test func keysThatCannotBeUsedAreNamed() throws {
        try place.makeKey("home/.ssh/id_rsa", ["-t", "rsa", "-b", "2048"])
        let rsa = findings()["keys"]
        #expect(
            rsa?.verdict == .warning && rsa?.message.hasSuffix("cannot be used: ~/.ssh/id_rsa") == true, "\(rsa as Any)"
        )
        try place.makeKey("home/.ssh/id_ecdsa", ["-t", "ecdsa"])
        #expect(findings()["keys"] == Finding("keys", .ok, "~/.ssh/id_ecdsa"))
        try place.makeKey("named")
        let named = findings { $0.identityFiles = [place.file("named")] }
        #expect(named["keys"] == Finding("keys", .ok, "\(place.file("named")), ~/.ssh/id_ecdsa"))
    }

    @Test func whereHostKeysAreNotCheckedNoneNeedBeKnown() {
        #expect(findings { $0.hostKeyPolicy = .acceptNew }["known hosts"]?.verdict == .ok)
    }

    @Test func limitsThatAreTooLowAreNamedWithWhatToDo() {
        var limits = MachineLimits()
        #expect(limits.findings(for: 1_000, isLocal: true, links: 16, window: 64).allSatisfy { $0.verdict == .ok })
        limits.openFiles = 600
        limits.processIDs = 4_000
        limits.memoryBytes = 1 << 30
        let ill = limits.findings(for: 1_000, isLocal: true, links: 16, window: 64)
        #expect(ill.filter { $0.verdict == .failed }.map(\.name) == ["open files", "process ids"])
        #expect(ill.filter { $0.verdict == .warning }.map(\.name) == ["memory"])
        #expect(ill.allSatisfy { $0.verdict == .ok || !$0.remedy.isEmpty })
        // Elsewhere only the controller's files count.
        #expect(limits.findings(for: 1_000, isLocal: false, links: 16, window: 64).map(\.name) == ["open files"])
    }
}
