import Foundation
import Testing

extension SystemTests {
    /// The user's keys.
    @Suite(.enabled(if: SSHFarm.isAvailable, "there is no sshd: scripts/setup --tests installs one"))
    struct SSHKeyTests {
        /// An ssh-agent below the place.
        private func agent(_ farm: SSHFarm) async throws -> (program: Program, environment: [String: String]) {
            let socket = farm.place.file("agent.sock")
            let program = try farm.place.start(["ssh-agent", "-D", "-a", socket])
            try #require(await eventually { FileManager.default.fileExists(atPath: socket) })
            return (program, ["SSH_AUTH_SOCK": socket])
        }

        private func add(_ key: String, _ farm: SSHFarm, _ environment: [String: String]) async throws {
            let end = try await farm.place.start(["ssh-add", "-q", key], environment: environment).end()
            try #require(end.code == 0, "\(end.errorText)")
        }

        /// Takes the key file away, so that only an agent or `-i` can help.
        private func hideKey(_ farm: SSHFarm) throws -> String {
            let hidden = farm.place.file("hidden_key")
            try FileManager.default.moveItem(atPath: farm.place.file("farm/client_key"), toPath: hidden)
            try FileManager.default.removeItem(atPath: farm.place.file("farm/client_key.pub"))
            try farm.edit("ssh_config") { text in
                text.split(separator: "\n").filter { !$0.contains("Identit") }.joined(separator: "\n") + "\n"
            }
            return hidden
        }

        @Test(arguments: ["ed25519", "ecdsa"])
        func keysOfAnSSHAgentAreUsed(_ type: String) async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 6, "--key", type)
            let key = try hideKey(farm)
            let (agent, environment) = try await agent(farm)
            // It holds nothing yet.
            let before = try await farm.exec(environment: environment)
            #expect(before.code == 3)
            #expect(before.count("unreachable") == 6)
            #expect(before.remedy(farm.hosts[0]).contains("ssh-add"), "\(before.account)")

            try await add(key, farm, environment)
            try await farm.exec(environment: environment).expectAllOK(6)
            agent.signal(SIGTERM)
            _ = try await agent.end()
            await farm.expectNothingLeft()
        }

        @Test func theRightKeyIsFoundAmongOthers() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 3)
            let key = try hideKey(farm)
            let (agent, environment) = try await agent(farm)
            for number in 1...3 {
                let other = place.file("other\(number)")
                try await place.tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other)
                try await add(other, farm, environment)
            }
            try await add(key, farm, environment)
            try await farm.exec(environment: environment).expectAllOK(3)
            agent.signal(SIGTERM)
            _ = try await agent.end()
            await farm.expectNothingLeft()
        }

        @Test(arguments: ["ed25519", "ecdsa"])
        func aKeyFileIsUsedWithoutAnAgent(_ type: String) async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 3, "--key", type)
            try await farm.exec().expectAllOK(3)
            // Also one that only the command line names.
            let key = try hideKey(farm)
            #expect(try await farm.exec().code == 3)
            try await farm.exec("--identity", key).expectAllOK(3)
            // Nothing stays behind that holds the key.
            await farm.expectNothingLeft()
            #expect(place.processes.filter { $0.words.first == "ssh-agent" }.map(\.words) == [])
        }

        @Test func aPassphraseIsAskedForOnce() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 6, "--passphrase", "five words")
            let asked = place.file("asked")
            let ask = try place.write(
                "#!/bin/sh\necho \"$*\" >> '\(asked)'\necho 'five words'\n", to: "ask", isExecutable: true)
            let environment = ["SSH_ASKPASS": ask, "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": "none"]
            try await farm.exec("--fanout", "2", environment: environment).expectAllOK(6)
            let prompts = try place.read("asked").split(separator: "\n")
            #expect(prompts.count == 1)
            #expect(prompts.first?.contains("client_key") == true)
            await farm.expectNothingLeft()
            #expect(place.processes.filter { $0.words.first == "ssh-agent" }.map(\.words) == [])
        }

        @Test func nobodyWaitsForAPassphraseWhenTheControllerIsKilled() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 2, "--passphrase", "five words")
            let ask = try place.write("#!/bin/sh\nsleep 987.3\necho no\n", to: "ask", isExecutable: true)
            let environment = ["SSH_ASKPASS": ask, "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": "none"]
            let program = try farm.plush("exec", "-w", farm.nodes, "--", "true", environment: environment)
            #expect(await place.waits(for: 1, ["sleep", "987.3"]))
            program.signal(SIGKILL)
            _ = try await program.end()
            let names = ["ssh-add", "ssh-agent", "sleep", ask]
            func left() -> [[String]] {
                place.processes.map(\.words).filter { words in names.contains { words.contains($0) } }
            }
            #expect(await eventually { left().isEmpty }, "\(left())")
            await farm.expectNothingLeft()
        }

        @Test func aWrongPassphraseIsSaidInWords() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 2, "--passphrase", "five words")
            // Wrong once, then the user gives up.
            let asked = place.file("asked")
            let ask = try place.write(
                "#!/bin/sh\n[ ! -e '\(asked)' ] || exit 1\n: > '\(asked)'\necho 'other words'\n", to: "ask",
                isExecutable: true)
            let environment = ["SSH_ASKPASS": ask, "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": "none"]
            let end = try await farm.plush(
                "exec", "-w", farm.nodes, "--", "true", environment: environment
            ).end()
            #expect(end.code == 2 || end.code == 3)
            #expect(end.errorText.contains("client_key"), "\(end.errorText)")
            await farm.expectNothingLeft()
        }

        @Test func anRSAKeyIsRefusedInWords() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 2, "--key", "rsa")
            let end = try await farm.exec()
            #expect(end.code == 3)
            #expect(end.count("unreachable") == 2)
            let words = end.cause(farm.hosts[0]) + " " + end.remedy(farm.hosts[0])
            #expect(words.contains("RSA"), "\(end.account)")
            #expect(words.localizedCaseInsensitiveContains("ed25519"), "\(end.account)")
            await farm.expectNothingLeft()
        }

        @Test func aKeyThatNobodyKnowsIsRefusedInOneLine() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 5)
            try await place.tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", place.file("other"))
            let other = try place.read("other.pub")
            try farm.edit("authorized_keys") { _ in other }
            let end = try await farm.exec()
            #expect(end.code == 3)
            #expect(end.unreachable.map(\.hosts) == [Set(farm.hosts)], "\(end.account)")
            #expect(end.cause(farm.hosts[0]).contains("key"), "\(end.account)")
            #expect(end.remedy(farm.hosts[0]) != "")
            await farm.expectNothingLeft()
        }
    }
}
