import Foundation
import NIOCore
import NIOPosix
import PlushSSH
import Testing

@testable import PlushController

struct SSHSettingsKeysTests {
    private let loop: any EventLoop = MultiThreadedEventLoopGroup.singleton.next()

    private func settings(
        _ files: [String], defaults: Bool = false, agent: String? = nil, only: Bool = false,
    ) -> SSHHostSettings {
        var settings = SSHHostSettings(name: "n", hostName: "n", user: "u")
        settings.identityFiles = files
        settings.usesDefaultIdentityFiles = defaults
        settings.identityAgent = agent
        settings.identitiesOnly = only
        return settings
    }

    private func gather(_ place: SSHSettingsWorkspace, _ settings: SSHHostSettings...) async throws -> UserKeys {
        try await UserKeys.gather(
            for: settings, directory: place.file("run"), environment: place.environment, on: loop)
    }

    /// The bytes of a signature.
    private func sign(_ identity: SSHIdentity, _ keys: UserKeys) async throws -> Int {
        let signer = keys.signer
        return try await loop.flatSubmit { signer.value.sign([1, 2, 3], with: identity) }.get().count
    }

    @Test func filesAreLoadedIntoAnAgentThatEndsWithTheRun() async throws {
        let place = try SSHSettingsWorkspace()
        let files = [
            try place.makeKey("ed"), try place.makeKey("ec", ["-t", "ecdsa"]),
            try place.makeKey("pem", ["-t", "ecdsa", "-m", "PEM"]),
        ]
        // Of an old file the public half is known to the agent alone.
        let pem = try place.blob("pem")
        try FileManager.default.removeItem(atPath: place.file("pem.pub"))
        let host = settings(files + [place.file("missing")])
        let keys = try await gather(place, host)
        let identities = keys.identities(for: host)
        #expect(identities.map(\.comment) == files)
        #expect(identities.map(\.blob) == [try place.blob("ed"), try place.blob("ec"), pem])
        #expect(keys.warnings == ["there is no key file \(place.file("missing"))"])
        #expect(try await sign(identities[0], keys) == 64)
        #expect(try await sign(identities[2], keys) > 60)
        await keys.close()
        #expect(!FileManager.default.fileExists(atPath: place.file("run/agent.sock")))
        await #expect(throws: SSHFailure.self) { try await sign(identities[0], keys) }
    }

    @Test func defaultsThatAreMissingAreNotMentionedAndNothingIsStarted() async throws {
        let place = try SSHSettingsWorkspace()
        let host = settings([place.file("a"), place.file("b")], defaults: true)
        let keys = try await gather(place, host)
        #expect(keys.warnings.isEmpty && keys.identities(for: host).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: place.file("run/agent.sock")))
        await keys.close()
    }

    @Test func aPassphraseIsAskedForByOpenSSHAndOnce() async throws {
        let place = try SSHSettingsWorkspace()
        let file = try place.makeKey("secret", passphrase: "open sesame")
        try place.write("#!/bin/sh\necho x >>\"${0%/*}/../prompts\"\necho open sesame\n", to: "bin/ask", mode: 0o755)
        place.environment["SSH_ASKPASS"] = place.file("bin/ask")
        place.environment["SSH_ASKPASS_REQUIRE"] = "force"
        let first = settings([file])
        let second = settings([file], only: true)
        let keys = try await gather(place, first, second)
        #expect(keys.warnings.isEmpty)
        #expect(try String(contentsOfFile: place.file("prompts"), encoding: .utf8) == "x\n")
        for host in [first, second] {
            #expect(try await sign(try #require(keys.identities(for: host).first), keys) == 64)
        }
        await keys.close()
    }

    @Test func aProgramThatAnswersWronglyIsAskedThreeTimes() async throws {
        let place = try SSHSettingsWorkspace()
        let files = try ["first", "second"].map { try place.makeKey($0, passphrase: "open sesame") }
        try place.write("#!/bin/sh\necho x >>\"${0%/*}/../prompts\"\necho wrong\n", to: "bin/ask", mode: 0o755)
        place.environment["SSH_ASKPASS"] = place.file("bin/ask")
        place.environment["SSH_ASKPASS_REQUIRE"] = "force"
        let host = settings(files)
        let keys = try await gather(place, host)
        #expect(keys.warnings == files.map { "\($0) cannot be used: SSH_ASKPASS gave 3 wrong passphrases" })
        #expect(try String(contentsOfFile: place.file("prompts"), encoding: .utf8) == "x\nx\nx\nx\nx\nx\n")
        #expect(keys.identities(for: host).isEmpty)
        await keys.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.file("run")) == [])
    }

    @Test func aProgramThatIsRightAtLastIsEnough() async throws {
        let place = try SSHSettingsWorkspace()
        let file = try place.makeKey("secret", passphrase: "open sesame")
        let third = "echo x >>\"$0.n\"\n[ $(wc -l <\"$0.n\") = 3 ] && echo open sesame || echo wrong\n"
        try place.write("#!/bin/sh\n" + third, to: "bin/ask", mode: 0o755)
        place.environment["SSH_ASKPASS"] = place.file("bin/ask")
        place.environment["SSH_ASKPASS_REQUIRE"] = "force"
        let host = settings([file])
        let keys = try await gather(place, host)
        #expect(keys.warnings.isEmpty)
        #expect(keys.identities(for: host).map(\.comment) == [file])
        await keys.close()
    }

    @Test func whereNobodyCanBeAskedThatIsSaidAndOtherKeysAreUsed() async throws {
        let place = try SSHSettingsWorkspace()
        place.environment["SSH_ASKPASS_REQUIRE"] = "never"
        let secret = try place.makeKey("secret", passphrase: "open sesame")
        let plain = try place.makeKey("plain")
        let host = settings([secret, plain])
        let keys = try await gather(place, host)
        if PassphraseTerminal().descriptor < 0 {
            #expect(keys.warnings == ["\(secret) \(PassphraseTerminal.complaint)"])
            #expect(keys.identities(for: host).map(\.comment) == [plain])
        }
        await keys.close()
    }

    @Test func protectedDefaultsAreTheLastResort() async throws {
        let place = try SSHSettingsWorkspace()
        let secret = try place.makeKey("secret", passphrase: "open sesame")
        let plain = try place.makeKey("plain")
        try place.write("#!/bin/sh\necho open sesame\n", to: "bin/ask", mode: 0o755)
        place.environment["SSH_ASKPASS"] = place.file("bin/ask")
        place.environment["SSH_ASKPASS_REQUIRE"] = "force"
        let rich = settings([secret, plain], defaults: true)
        let richKeys = try await gather(place, rich)
        #expect(richKeys.identities(for: rich).map(\.comment) == [plain])
        await richKeys.close()
        let poor = settings([secret], defaults: true)
        let poorKeys = try await gather(place, poor)
        #expect(poorKeys.identities(for: poor).map(\.comment) == [secret])
        await poorKeys.close()
    }

    @Test func whatSSHAddSaysIsPassedOn() async throws {
        let place = try SSHSettingsWorkspace()
        let file = try place.makeKey("open")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        let junk = try place.write("-----BEGIN OPENSSH PRIVATE KEY-----\n!!\n", to: "junk")
        let host = settings([file, junk])
        let keys = try await gather(place, host)
        #expect(keys.warnings.count == 2)
        #expect(keys.warnings.contains { $0.contains(file) && $0.contains("too open") })
        #expect(keys.warnings.contains { $0.hasPrefix("\(junk) cannot be used: ") })
        #expect(keys.identities(for: host).isEmpty)
        await keys.close()
    }

    @Test func theUsersAgentComesFirstAndItsKeysAreNotLoadedAgain() async throws {
        let place = try SSHSettingsWorkspace()
        let named = try place.makeKey("named", passphrase: "never asked for")
        let other = try place.makeKey("other")
        let plain = try place.makeKey("plain")
        try FileManager.default.createDirectory(atPath: place.file("user"), withIntermediateDirectories: true)
        let agent = try PrivateKeyAgent(directory: place.file("user"), environment: place.environment)
        defer { agent.stop() }
        try place.run("ssh-keygen", "-q", "-p", "-P", "never asked for", "-N", "", "-f", named)
        try place.run("ssh-add", "-q", other, named, agent: agent.path)
        try place.run("ssh-keygen", "-q", "-p", "-P", "", "-N", "never asked for", "-f", named)
        place.environment["SSH_ASKPASS_REQUIRE"] = "never"
        let open = settings([plain, named], agent: agent.path)
        let only = settings([plain, named], agent: agent.path, only: true)
        let none = settings([plain])
        let keys = try await gather(place, open, only, none)
        #expect(keys.warnings.isEmpty)
        #expect(
            keys.identities(for: open).map(\.blob)
                == [try place.blob("named"), try place.blob("other"), try place.blob("plain")])
        #expect(keys.identities(for: only).map(\.blob) == [try place.blob("named"), try place.blob("plain")])
        #expect(keys.identities(for: none).map(\.comment) == [plain])
        for identity in keys.identities(for: open) { #expect(try await sign(identity, keys) == 64) }
        await keys.close()
    }

    @Test func anAgentThatDoesNotAnswerIsSaid() async throws {
        let place = try SSHSettingsWorkspace()
        let host = settings([], agent: place.file("nobody"))
        let keys = try await gather(place, host)
        #expect(keys.warnings.count == 1 && keys.warnings[0].contains(place.file("nobody")))
        #expect(keys.identities(for: host).isEmpty)
        await keys.close()
    }

    @Test func anRSAKeyIsNamedButNeverAskedFor() async throws {
        let place = try SSHSettingsWorkspace()
        let file = try place.makeKey("rsa", passphrase: "open sesame", ["-t", "rsa", "-b", "2048"])
        let host = settings([file])
        let keys = try await gather(place, host)
        #expect(keys.warnings.isEmpty)
        #expect(keys.identities(for: host).map(\.algorithm) == ["ssh-rsa"])
        await keys.close()
    }

    @Test func theAgentOfARunDiesWithItsLeash() throws {
        let place = try SSHSettingsWorkspace()
        let agent = try PrivateKeyAgent(directory: place.file("run"), environment: place.environment)
        #expect(FileManager.default.fileExists(atPath: agent.path))
        agent.stop()
        #expect(!FileManager.default.fileExists(atPath: agent.path))
        let state = try? String(contentsOfFile: "/proc/\(agent.agent)/stat", encoding: .utf8)
        #expect(state == nil || state?.contains(") Z ") == true, "gone, or only not reaped yet")
        let long = place.file(String(repeating: "x", count: 120))
        #expect(throws: SSHFailure.self) { try PrivateKeyAgent(directory: long, environment: place.environment) }
    }

    @Test func keyFilesAreLookedIntoWithoutTheirPassphrase() throws {
        let place = try SSHSettingsWorkspace()
        let plain = PrivateKeyFile(path: try place.makeKey("plain"))
        #expect(plain.isPresent && !plain.isEncrypted && plain.identity?.algorithm == "ssh-ed25519")
        let secret = try place.makeKey("secret", passphrase: "open sesame")
        try FileManager.default.removeItem(atPath: secret + ".pub")
        let protected = PrivateKeyFile(path: secret)
        #expect(protected.isPresent && protected.isEncrypted && protected.identity?.algorithm == "ssh-ed25519")
        let pem = PrivateKeyFile(
            path: try place.makeKey("pem", passphrase: "open sesame", ["-t", "ecdsa", "-m", "PEM"]))
        #expect(pem.isEncrypted && pem.identity?.algorithm == "ecdsa-sha2-nistp256")
        let half = PrivateKeyFile(path: place.file("plain.pub"))
        #expect(
            !half.isPresent
                && half.identity
                    == plain.identity.flatMap {
                        SSHIdentity(blob: $0.blob, comment: place.file("plain.pub"))
                    }
        )
        #expect(PrivateKeyFile(path: place.file("nothing")) == PrivateKeyFile())
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: place.file("plain"))))
        for _ in 0..<500 {
            var damaged = bytes
            for _ in 0..<3 { damaged[.random(in: 0..<damaged.count)] = .random(in: 0...255) }
            _ = PrivateKeyFile(contents: damaged, path: "x")
        }
    }
}
