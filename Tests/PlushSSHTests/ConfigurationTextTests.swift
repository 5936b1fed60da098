import Testing

@testable import PlushSSH

struct ConfigurationTextTests {
    private let machine = SSHTokens(
        home: "/users/me", localUser: "me", localUserID: 1_000,
        environment: ["SSH_AUTH_SOCK": "/run/agent", "OTHER": "/run/other", "DIR": "/keys"])

    private func settings(_ lines: String, name: String = "n1") throws -> SSHHostSettings {
        let base = "host n1\nuser me\nhostname n1.example\nport 2222\n"
        return try SSHConfigurationText(Array((base + lines).utf8)).settings(name: name, machine: machine)
    }

    @Test func onlyAllowedKeyExchangesAreOffered() throws {
        let settings = try settings("kexalgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256\n")
        #expect(SSHLibrary.keyExchangeOffer(allowed: settings.keyExchanges) == ["curve25519-sha256"])
        #expect(SSHLibrary.keyExchangeOffer(allowed: []).first == "ecdh-sha2-nistp256")
        #expect(throws: SSHFailure.self) { try self.settings("kexalgorithms sntrup761x25519-sha512@openssh.com\n") }
    }

    @Test func whatSSHPrintsBecomesSettings() throws {
        let settings = try settings(
            """
            identityfile ~/.ssh/%r_%h_%n_%p
            identityfile /with blank
            identityfile ${DIR}/k
            identitiesonly yes
            hashknownhosts yes
            checkhostip yes
            stricthostkeychecking accept-new
            hostkeyalias alias
            connecttimeout 7
            userknownhostsfile /users/me/.ssh/a ~/.ssh/b
            globalknownhostsfile none
            proxyjump none
            sendenv LC_*
            """)
        #expect(settings.hostName == "n1.example")
        #expect(settings.user == "me")
        #expect(settings.port == 2_222)
        #expect(
            settings.identityFiles == ["/users/me/.ssh/me_n1.example_n1_2222", "/with blank", "/keys/k"])
        #expect(!settings.usesDefaultIdentityFiles)
        #expect(settings.identitiesOnly && settings.hashKnownHosts && settings.checkHostIP)
        #expect(settings.strictHostKeyChecking == .acceptNew)
        #expect(settings.hostKeyAlias == "alias")
        #expect(settings.connectTimeoutSeconds == 7)
        #expect(settings.userKnownHostsFiles == ["/users/me/.ssh/a", "/users/me/.ssh/b"])
        #expect(settings.globalKnownHostsFiles.isEmpty)
        #expect(settings.identityAgent == "/run/agent")
    }

    @Test(arguments: [("none", nil), ("0", nil), ("-3", nil), ("x", nil), ("1", 1), ("99999999999", 86_400)])
    func aTimeToConnectInIsAboveNothingAndBelowForEver(text: String, seconds: Int?) throws {
        #expect(try settings("connecttimeout \(text)\n").connectTimeoutSeconds == seconds)
    }

    @Test(arguments: [
        ("none", nil), ("SSH_AUTH_SOCK", "/run/agent"), ("$OTHER", "/run/other"), ("${OTHER}x", "/run/otherx"),
        ("~/agent", "/users/me/agent"), ("/a/%u", "/a/me"), ("$UNSET", nil),
    ])
    func anAgentIsNamedInManyWays(text: String, path: String?) throws {
        #expect(try settings("identityagent \(text)\n").identityAgent == path)
    }

    @Test(arguments: ["%C", "%", "%L", "~other/k", "${UNSET}", "${OPEN"])
    func whatIsNotExpandedIsRefused(path: String) {
        #expect(throws: SSHFailure.self) { try settings("identityfile \(path)\n") }
    }

    @Test func percentSignsAreDoubled() throws {
        #expect(try settings("identityfile /a%%%u%i%d\n").identityFiles == ["/a%me1000/users/me"])
    }

    @Test(arguments: [
        ("proxyjump a@b:22", "reached through ProxyJump a@b:22, which plush does not do"),
        ("proxycommand nc %h %p", "reached through a ProxyCommand, which plush does not do"),
        ("revokedhostkeys /krl", "the SSH configuration sets RevokedHostKeys, which plush does not read"),
    ])
    func detoursAreRefused(line: String, message: String) {
        #expect { try settings(line) } throws: { error in
            (error as? SSHFailure)?.message == message && (error as? SSHFailure)?.code == .session
        }
    }

    @Test(arguments: [
        "", "hostname a", "port 22\nuser u\n", "hostname a\nuser u\nport 0", "hostname a\nuser u\nport 65536",
        "hostname a\nuser u\nport x", "usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy]",
    ])
    func whatIsNoAnswerIsRefused(text: String) {
        #expect(throws: SSHFailure.self) {
            try SSHConfigurationText(Array(text.utf8)).settings(name: "a", machine: machine)
        }
    }

    @Test func theFilesThatSSHWouldTryByItselfAreNotNamedOnes() throws {
        let lines = ["rsa", "ecdsa", "ecdsa_sk", "ed25519", "ed25519_sk"].map { "identityfile ~/.ssh/id_\($0)\n" }
        #expect(try settings(lines.joined()).usesDefaultIdentityFiles)
        #expect(try !settings(lines[0]).usesDefaultIdentityFiles)
        #expect(try !settings("identityfile none\n").usesDefaultIdentityFiles)
    }

    @Test func aTemplateIsExpandedForEachHost() throws {
        let text = try SSHConfigurationText(
            Array("hostname a.x\nuser u\nport 22\nuserknownhostsfile /kh/a.x /kh2\nidentityfile /k_%h\n".utf8))
        let template = ConfigurationTemplate(hostName: "%h.X", userKnownHostsFiles: ["/kh/%h", "/kh2"])
        #expect(template.agrees(with: text, name: "a", machine: machine))
        #expect(!template.agrees(with: text, name: "b", machine: machine))
        let settings = try text.settings(name: "b", template: template, machine: machine)
        #expect(settings.hostName == "b.x")
        #expect(settings.userKnownHostsFiles == ["/kh/b.x", "/kh2"])
        #expect(settings.identityFiles == ["/k_b.x"])
        let wrong = ConfigurationTemplate(hostName: "%h.x", userKnownHostsFiles: ["/kh/%n"])
        #expect(!wrong.agrees(with: text, name: "a", machine: machine))
    }
}
