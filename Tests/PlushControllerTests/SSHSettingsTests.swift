import Foundation
import PlushSSH
import Testing

@testable import PlushController

struct SSHSettingsTests {
    private func targets(_ names: some Sequence<String>) -> [HostTarget] { names.map { HostTarget(name: $0) } }

    @Test func oneQuestionPerDistinctSetOfPatterns() async throws {
        let place = try SSHSettingsWorkspace()
        var config = (0..<300).map { "Host other\($0) m\($0)\n  Port \(1_000 + $0)\n" }.joined()
        config += """
            Host n*
              HostName %h.example
              UserKnownHostsFile /kh/%k_%h /kh2
              IdentityFile /keys/%h_%n
            Host *7
              User seven

            """
        let settings = try await place.resolve(targets((0..<1_000).map { "n\($0)" } + ["m7", "m8"]), config: config)
        #expect(settings.questions == 4)
        #expect(place.asked.count == 4)
        for (index, host) in settings.hosts.prefix(1_000).enumerated() {
            let host = try host.get()
            #expect(host.hostName == "n\(index).example")
            #expect(host.identityFiles == ["/keys/n\(index).example_n\(index)"])
            #expect(host.userKnownHostsFiles == ["/kh/n\(index)_n\(index).example", "/kh2"])
            #expect((host.user == "seven") == (index % 10 == 7))
        }
        #expect(try settings.hosts[1_000].get().port == 1_007)
        #expect(try settings.hosts[1_001].get().port == 1_008)
    }

    /// ssh itself is the judge: asked about every host by itself, it must say the same.
    @Test func groupsSayWhatSSHSaysOfEachHost() async throws {
        let place = try SSHSettingsWorkspace()
        try place.write("Host a3\n  Port 33\nMatch host *.inc\n  User included\n", to: "included")
        let config = """
            Include \(place.path)/incl*
            Host a*
              HostName %h.inc
              HostKeyAlias alias
              UserKnownHostsFile /kh/%h /kh/%%
            Match host a1.inc,b*
              User matched
            Match originalhost c? user root
              Port 99
            Host !b1 b* "c1"
              HashKnownHosts yes
              StrictHostKeyChecking no
            Match final host a2.inc
              CheckHostIP yes
            Host *
              ConnectTimeout 1m

            """
        let names = ["a1", "a2", "a3", "a4", "b1", "b2", "b3", "c1", "c2", "c33", "A1", "127.0.0.1", "::1", "a4"]
        let together = try await place.resolve(targets(names), config: config)
        #expect(together.questions < names.count)
        for (index, name) in names.enumerated() {
            let alone = try await place.resolve(targets([name]), config: config)
            #expect(alone.hosts[0] == together.hosts[index], "\(name)")
        }
    }

    @Test func theUserAndThePortComeFromTheNearest() async throws {
        let place = try SSHSettingsWorkspace()
        let target = HostTarget(name: "a", user: "target", port: 1)
        let config = "Host a\n  User config\n  Port 2\n"
        let plain = try await place.resolve([HostTarget(name: "a"), target, HostTarget(name: "b")], config: config)
        #expect(try plain.hosts.map { try $0.get().user }.prefix(2) == ["config", "target"])
        #expect(try plain.hosts.map { try $0.get().port } == [2, 1, 22])
        var options = SSHOptions()
        options.user = "option"
        let named = try await place.resolve([HostTarget(name: "a"), target], config: config, options: options)
        #expect(try named.hosts.map { try $0.get().user } == ["option", "target"])
    }

    @Test func identityFilesOfTheCommandLineTakeThePlaceOfDefaults() async throws {
        let place = try SSHSettingsWorkspace()
        let plain = try await place.resolve(targets(["a"]), config: "")
        #expect(try plain.hosts[0].get().usesDefaultIdentityFiles)
        var options = SSHOptions()
        options.identityFiles = [try place.write("", to: "k 1"), try place.write("", to: "k2"), place.file("missing")]
        let named = try await place.resolve(targets(["a", "b"]), config: "IdentityFile /k3\n", options: options)
        #expect(try named.hosts[0].get().identityFiles == [place.file("k 1"), place.file("k2"), "/k3"])
        #expect(named.warnings == ["there is no key file \(place.file("missing"))"])
        #expect(try !named.hosts[0].get().usesDefaultIdentityFiles)
    }

    @Test func whatCannotBeReachedIsSaidHostByHost() async throws {
        let place = try SSHSettingsWorkspace()
        let config = "Host j*\n  ProxyJump gate\nHost c*\n  ProxyCommand nc %h %p\nHost k*\n  IdentityFile /%C\n"
        let settings = try await place.resolve(
            targets(["j1", "j2", "c1", "k1", "ok", "-oProxyCommand=x", "a b", "u@h", ""]), config: config)
        let messages = settings.hosts.map { host -> String? in
            if case .failure(let failure) = host { failure.message } else { nil }
        }
        #expect(messages[0] == "reached through ProxyJump gate, which plush does not do")
        #expect(messages[1] == messages[0])
        #expect(messages[2] == "reached through a ProxyCommand, which plush does not do")
        #expect(messages[3]?.contains("IdentityFile /%C") == true)
        #expect(messages[4] == nil)
        for index in 5..<9 { #expect(messages[index] == "this is no name of a host") }
    }

    @Test func aBrokenConfigurationIsToldInSSHsWords() async throws {
        let place = try SSHSettingsWorkspace()
        let settings = try await place.resolve(targets(["a", "b"]), config: "Nonsense yes\n")
        #expect(settings.questions == 1)
        for host in settings.hosts {
            #expect { try host.get() } throws: { "\($0)".contains("nonsense") || "\($0)".contains("Nonsense") }
        }
        let loop = try await place.resolve(targets(["a"]), config: "Include \(place.path)/config\n")
        #expect(throws: SSHFailure.self) { try loop.hosts[0].get() }
    }

    @Test func commandsOfTheConfigurationRunForTheirHostsAlone() async throws {
        let place = try SSHSettingsWorkspace()
        let config = "Match host x* exec \"test %h = x2\"\n  Port 2\n"
        let settings = try await place.resolve(targets(["a", "x1", "x2", "b"]), config: config)
        #expect(try settings.hosts.map { try $0.get().port } == [22, 22, 2, 22])
        #expect(settings.questions == 3)
    }

    @Test func withoutSSHTheDefaultsAreTakenAndSaid() async throws {
        let place = try SSHSettingsWorkspace()
        place.environment = ["PATH": place.file("home"), "SSH_AUTH_SOCK": "/agent"]
        let settings = try await place.resolve([HostTarget(name: "A", port: 7)], config: "Port 9\n")
        let host = try settings.hosts[0].get()
        #expect(host.hostName == "a" && host.port == 7 && host.user == "me" && host.identityAgent == "/agent")
        #expect(settings.questions == 0)
        #expect(settings.warnings.count == 1)
        #expect(settings.warnings[0].contains("no ssh on the PATH"))
    }

    @Test func aProgramThatTakesTooLongIsEndedWithAllItStarted() throws {
        let place = try SSHSettingsWorkspace()
        let outcome = try OpenSSHTool.run(
            ["/bin/sh", "-c", "sleep 1000 & echo $!; echo words >&2; wait"], environment: place.environment,
            milliseconds: 300, cancel: .init())
        #expect(outcome.isLate && outcome.code == nil)
        #expect(outcome.words == "words")
        let child = try #require(pid_t(String(decoding: outcome.output, as: UTF8.self).dropLast()))
        // Gone, or not yet reaped by whoever inherited it.
        let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
        #expect(state == nil || state?.contains(") Z ") == true || state?.contains(") X ") == true)
        let quick = try OpenSSHTool.run(
            ["/bin/sh", "-c", "exit 3"], environment: [:], milliseconds: 10_000, cancel: .init())
        #expect(quick.code == 3 && !quick.isLate)
        #expect(throws: PlushErrno.self) {
            try OpenSSHTool.run(["/nowhere"], environment: [:], milliseconds: 1, cancel: .init())
        }
    }
}
