import Foundation
import Testing

extension SystemTests {
    /// The agent's file on the hosts: sent once, never trusted, never half there.
    @Suite(.enabled(if: SSHFarm.isAvailable, "there is no sshd: scripts/setup --tests installs one"))
    struct SSHAgentFileTests {
        @Test func aTruncatedOrAlteredAgentIsReplaced() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 4)
            try await farm.exec().expectAllOK(4)
            let agents = try farm.hosts.map { try farm.cachedAgent($0) }
            let good = try farm.contents(farm.hosts[0], agents[0])

            // One is cut off, one has a bit changed where no header is, one is a script that would do harm.
            try farm.overwrite(farm.hosts[0], agents[0], good.prefix(good.count / 2))
            var altered = good
            altered[good.count / 3] ^= 0x10
            try farm.overwrite(farm.hosts[1], agents[1], altered)
            let script = Data("#!/bin/sh\necho harm >> '\(place.file("harm"))'\n".utf8)
            try farm.overwrite(farm.hosts[2], agents[2], script)

            try await farm.exec().expectAllOK(4)
            for host in farm.hosts {
                #expect(try farm.contents(host, farm.cachedAgent(host)) == good)
            }
            #expect(try farm.cachedAgent(farm.hosts[3]) == agents[3])
            #expect(!FileManager.default.fileExists(atPath: place.file("harm")))
            await farm.expectNothingLeft()
        }

        @Test func twoLaunchesAtOnceShareAHome() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 12, "--shared-home", "--max-startups", "200")
            async let one = farm.exec("--fanout", "3", command: "echo one")
            async let two = farm.exec("--tree", "flat", command: "echo two")
            let ends = try await [one, two]
            for (end, word) in zip(ends, ["one\n", "two\n"]) {
                end.expectAllOK(12)
                #expect(Set(end.output.values) == [word])
            }
            await farm.expectNothingLeft()
            let agent = try farm.cachedAgent("shared")
            try await farm.exec().expectAllOK(12)
            #expect(try farm.cachedAgent("shared") == agent)
        }

        @Test func aLaunchThatWasCutOffLeavesNoHalfAgentBehind() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 3)
            try await farm.exec("-x", farm.hosts[1]).expectAllOK(2)
            // The connection stands still while the agent is on its way.
            try await farm.fake("stall", farm.hosts[1], options: ["--after", "200000"])
            let end = try await farm.exec("-t", "6s")
            #expect(end.code == 3)
            #expect(end.count("ok") == 2, "\(end.account)")
            #expect(end.unreachable.map(\.hosts) == [[farm.hosts[1]]])
            #expect(end.remedy(farm.hosts[1]) != "")
            await farm.expectNothingLeft()
            let isEmpty = try await eventually { try farm.files(farm.hosts[1]).isEmpty }
            #expect(isEmpty)
        }

        @Test func cleanRemovesTheAgentToo() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 5)
            try await farm.exec().expectAllOK(5)
            for host in farm.hosts { _ = try farm.cachedAgent(host) }
            let end = try await farm.plush("clean", "-w", farm.nodes).end()
            #expect(end.code == 0, "\(end.errorText)")
            for host in farm.hosts { #expect(try farm.files(host).isEmpty) }
            // Where there is nothing to remove, all is well too.
            #expect(try await farm.plush("clean", "-w", farm.nodes).end().code == 0)
            await farm.expectNothingLeft()
        }
    }
}
