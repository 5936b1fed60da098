import Foundation
import Testing

extension SystemTests {
    /// The keys of hosts, and what `known_hosts` says about them.
    @Suite(.enabled(if: SSHFarm.isAvailable, "there is no sshd: scripts/setup --tests installs one"))
    struct SSHHostKeyTests {
        /// A key that no host has, as a line of known_hosts holds it.
        private func otherKey(_ place: Place) async throws -> String {
            try await place.tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", place.file("other"))
            return Self.key(try place.read("other.pub"))
        }

        /// The type and the blob.
        private static func key(_ line: String) -> String {
            line.split(separator: " ").prefix(2).joined(separator: " ").trimmingCharacters(in: .newlines)
        }

        private func trueKey(_ farm: SSHFarm) throws -> String {
            Self.key(try farm.place.read("farm/host_key.pub"))
        }

        /// A line for each host, in place of the one with a pattern.
        private func know(_ farm: SSHFarm, _ keys: [String: String] = [:]) throws {
            let known = try trueKey(farm)
            let lines = farm.hosts.map { "[\($0)]:\(farm.port) \(keys[$0] ?? known)\n" }
            try farm.edit("known_hosts") { _ in lines.joined() }
        }

        @Test func aChangedKeyKeepsThatHostOut() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 6)
            let other = try await otherKey(place)
            try know(farm, [farm.hosts[2]: other, farm.hosts[4]: other])
            for policy in ["strict", "accept-new"] {
                let end = try await farm.exec("--host-key", policy, "--fanout", "2")
                #expect(end.code == 3)
                #expect(end.count("ok") == 4, "\(end.account)")
                #expect(end.unreachable.map(\.hosts) == [[farm.hosts[2], farm.hosts[4]]], "\(end.account)")
                #expect(end.cause(farm.hosts[2]).contains("changed"), "\(end.account)")
                #expect(end.remedy(farm.hosts[2]).contains("-R HOST"), "\(end.account)")
                #expect(try farm.files(farm.hosts[2]).isEmpty)
            }
            // Whoever wants no check gets none, and nothing is learnt.
            let before = try place.read("farm/known_hosts")
            try await farm.exec("--host-key", "ignore").expectAllOK(6)
            #expect(try place.read("farm/known_hosts") == before)
            await farm.expectNothingLeft()
        }

        @Test func anUnknownHostIsRefusedUnlessNewOnesAreAccepted() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 4)
            try farm.edit("known_hosts") { _ in "" }
            let strict = try await farm.exec("--host-key", "strict")
            #expect(strict.code == 3)
            #expect(strict.unreachable.map(\.hosts) == [Set(farm.hosts)], "\(strict.account)")
            #expect(strict.cause(farm.hosts[0]).contains("known"), "\(strict.account)")
            #expect(strict.remedy(farm.hosts[0]).contains("--host-key accept-new"), "\(strict.account)")
            #expect(try place.read("farm/known_hosts") == "")
            // That is what happens without a word, too.
            #expect(try await farm.exec().code == 3)

            try await farm.exec("--host-key", "accept-new").expectAllOK(4)
            let known = try place.read("farm/known_hosts").split(separator: "\n")
            #expect(known.count == 4)
            #expect(try known.allSatisfy { $0.contains(try trueKey(farm)) })
            // ssh itself can read what was written, and the next launch needs no permission.
            try await place.tool("ssh", "-F", farm.configuration, farm.hosts[3], "true")
            try await farm.exec("--host-key", "strict").expectAllOK(4)
            await farm.expectNothingLeft()
        }

        private func configure(_ farm: SSHFarm, strict word: String) throws {
            try farm.edit("ssh_config") {
                $0.replacing("StrictHostKeyChecking yes", with: "StrictHostKeyChecking \(word)")
            }
        }

        @Test func theConfigurationMayAcceptNewHosts() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 3)
            try farm.edit("known_hosts") { _ in "" }
            try configure(farm, strict: "accept-new")
            // Who decides for this run, decides.
            #expect(try await farm.exec("--host-key", "strict").code == 3)
            #expect(try place.read("farm/known_hosts") == "")
            try await farm.exec().expectAllOK(3)
            #expect(try place.read("farm/known_hosts").split(separator: "\n").count == 3)
            try know(farm, [farm.hosts[1]: try await otherKey(place)])
            let end = try await farm.exec()
            #expect(end.unreachable.map(\.hosts) == [[farm.hosts[1]]], "\(end.account)")
            await farm.expectNothingLeft()
        }

        @Test func aConfigurationThatTrustsEverybodyIsNotObeyedAndThatIsSaid() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 2)
            try farm.edit("known_hosts") { _ in "" }
            try configure(farm, strict: "no")
            let end = try await farm.exec()
            #expect(end.unreachable.map(\.hosts) == [Set(farm.hosts)], "\(end.account)")
            #expect(end.cause(farm.hosts[0]).contains("StrictHostKeyChecking no"), "\(end.account)")
            #expect(end.remedy(farm.hosts[0]).contains("--host-key accept-new"), "\(end.account)")
            // Neither is it silently obeyed beside an option, nor mentioned where the option decides.
            let strict = try await farm.exec("--host-key", "strict")
            #expect(strict.cause(farm.hosts[0]) == "host key is not known", "\(strict.account)")
            try await farm.exec("--host-key", "accept-new").expectAllOK(2)
            await farm.expectNothingLeft()
        }

        @Test func linesThatCannotBeUnderstoodAreMentioned() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 2)
            try farm.edit("known_hosts") { "\n# a comment\nn1 ssh-ed25519 cut-o\n" + $0 + "n2\n" }
            let end = try await farm.plush("exec", "-w", farm.nodes, "-b", "--", "true").end()
            #expect(end.code == 0)
            #expect(end.errorText.contains("known_hosts: line 3 and 1 more cannot be understood"), "\(end.errorText)")
            await farm.expectNothingLeft()
        }

        @Test func aRevokedKeyIsRefusedThoughItIsKnown() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 3)
            let key = try trueKey(farm)
            try farm.edit("known_hosts") { $0 + "@revoked * \(key)\n" }
            for policy in ["strict", "accept-new"] {
                let end = try await farm.exec("--host-key", policy)
                #expect(end.code == 3)
                #expect(end.unreachable.map(\.hosts) == [Set(farm.hosts)])
                #expect(end.cause(farm.hosts[0]).contains("revoked"), "\(end.account)")
            }
            await farm.expectNothingLeft()
        }

        @Test func hashedNamesAreFound() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 4)
            let other = try await otherKey(place)
            try know(farm, [farm.hosts[3]: other])
            try await place.tool("ssh-keygen", "-q", "-H", "-f", place.file("farm/known_hosts"))
            #expect(try place.read("farm/known_hosts").hasPrefix("|1|"))
            let end = try await farm.exec("--host-key", "strict")
            #expect(end.count("ok") == 3, "\(end.account)")
            #expect(end.cause(farm.hosts[3]).contains("changed"), "\(end.account)")
            await farm.expectNothingLeft()
        }

        @Test(arguments: ["ed25519,ecdsa,rsa", "ecdsa,ed25519", "ecdsa"])
        func theKindOfKeyThatIsKnownIsAskedFor(_ types: String) async throws {
            let place = try Place()
            // known_hosts holds the first alone.
            let farm = try await SSHFarm(place, hosts: 2, "--host-key", types)
            try await farm.exec("--host-key", "strict").expectAllOK(2)
            await farm.expectNothingLeft()
        }
    }
}
