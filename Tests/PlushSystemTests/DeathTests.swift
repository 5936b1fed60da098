import Foundation
import Testing

extension SystemTests {
    /// Agents, relays and controllers that die or freeze.
    @Suite struct DeathTests {
        /// A command that leaves a grandchild in another session, and ends well once the file is there.
        private func command(_ place: Place, _ seconds: String) -> String {
            "setsid sleep \(seconds) >/dev/null 2>&1 & while [ ! -e '\(place.file("go"))' ]; do sleep 0.1; done"
        }

        /// A host and all that relay for it.
        private func path(to host: String, _ parents: [String: String]) -> [String] {
            parents[host].map { [host] + path(to: $0, parents) } ?? []
        }

        private func lost(_ program: Program) throws -> Set<String> {
            Set(try program.events().filter { $0.event == "lost" }.flatMap(\.hosts))
        }

        @Test func anAgentThatIsKilledLeavesNoCommandAndIsLost() async throws {
            let place = try Place()
            let program = try place.plush(
                "exec", "--local", "4", "--json", "--", command(place, "988.1"))
            #expect(await place.waits(for: 4, ["sleep", "988.1"]))
            kill(try await place.agent("local2"), SIGKILL)
            #expect(try await eventually { try lost(program) == ["local2"] })
            // While the run goes on, nothing of that host does: neither command, grandchild nor directory.
            let isGone = await eventually {
                !place.processes.contains { $0.environment["PLUSH_HOST"] == "local2" }
            }
            #expect(isGone)
            #expect(!program.hasEnded)
            #expect(place.processes.filter { $0.words == ["sleep", "988.1"] }.count == 3)
            try place.write("", to: "go")
            let end = try await program.end()
            #expect(end.code == 3)
            let summary = try end.summary()
            #expect(summary.outcomes["ok"] == 3)
            #expect(summary.outcomes["lost"] == 1)
            let report = try #require(try end.events().first { $0.event == "lost" })
            #expect(report.text("relay") == "local2")
            #expect(report.text("path") == "controller > local2")
            #expect(report.text("cause") != "")
            let outcome = try #require(
                try end.events().first { $0.event == "outcome" && $0.text("outcome") == "lost" })
            #expect(outcome.hosts == ["local2"])
            #expect(outcome.text("remedy") != "")
            await place.expectNothingLeft()
        }

        @Test func aRelayThatIsKilledTakesNobodyWithItAndIsNamed() async throws {
            let place = try Place()
            let program = try place.plush(
                "exec", "--local", "15", "--fanout", "2", "--json", "-v", "--", command(place, "988.2")
            )
            #expect(await place.waits(for: 15, ["sleep", "988.2"]))
            let joined = try program.events().filter { $0.event == "joined" }
            let parents = Dictionary(uniqueKeysWithValues: joined.map { ($0.text("host"), $0.text("parent")) })
            // A child of a child of the controller that relays for others.
            let relays = Set(parents.values)
            let relay = try #require(
                parents.first { $0.value != "controller" && relays.contains($0.key) }?.key)
            let route = ["controller"] + path(to: relay, parents).reversed()
            let below = Set(parents.filter { $0.value == relay }.keys)
            #expect(!below.isEmpty)
            kill(try await place.agent(relay), SIGKILL)
            #expect(
                try await eventually {
                    below.isSubset(of: Set(try program.events().filter { $0.event == "moved" }.map { $0.text("host") }))
                })
            #expect(try await eventually { try lost(program) == [relay] })
            try place.write("", to: "go")
            let end = try await program.end()
            #expect(end.code == 3)
            let summary = try end.summary()
            #expect(summary.number("targets") == 15)
            #expect(summary.outcomes["lost"] == 1)
            #expect(summary.outcomes["ok"] == 14)
            for report in try end.events() where report.event == "lost" {
                #expect(report.text("relay") == relay)
                #expect(report.text("path") == route.joined(separator: " > "))
            }
            await place.expectNothingLeft()
        }

        @Test func aLossIsNamedInTextToo() async throws {
            let place = try Place()
            let program = try place.plush("exec", "--local", "3", "-b", "--", command(place, "988.3"))
            #expect(await place.waits(for: 3, ["sleep", "988.3"]))
            kill(try await place.agent("local1"), SIGKILL)
            #expect(
                await eventually { program.errorText.contains("local1: lost with local1 (path controller > local1): ") }
            )
            try place.write("", to: "go")
            let end = try await program.end()
            #expect(end.code == 3)
            #expect(end.errorText.contains("3 hosts: 2 ok, 1 lost"))
            await place.expectNothingLeft()
        }

        @Test func aControllerThatIsKilledLeavesNothingAfterTheLease() async throws {
            let place = try Place()
            let program = try place.plush(
                "exec", "--local", "7", "--fanout", "2", "--lease", "2s", "--",
                "trap '' TERM; setsid sleep 988.4 & sleep 988.5; sleep 988.6")
            #expect(await place.waits(for: 7, ["sleep", "988.5"]))
            #expect(place.names(in: "tmp").count == 1)
            program.signal(SIGKILL)
            #expect(try await program.end().code == 128 + SIGKILL)
            // The lease, the agents' own way out, and a wide margin for a machine that has other things to do.
            await place.expectNothingLeft(within: 2 + 20)
        }

        @Test func aControllerThatIsKilledDuringTheLaunchLeavesNothing() async throws {
            let place = try Place()
            let program = try place.plush("exec", "--local", "40", "--fanout", "3", "--lease", "2s", "--", "true")
            #expect(await eventually { place.processes.contains(where: \.isAgent) })
            program.signal(SIGKILL)
            _ = try await program.end()
            await place.expectNothingLeft(within: 2 + 20)
        }

        @Test func anAgentThatIsFrozenIsLostAndDoesNotHoldTheRun() async throws {
            let place = try Place()
            let program = try place.plush("exec", "--local", "3", "--json", "--", command(place, "988.7"))
            #expect(await place.waits(for: 3, ["sleep", "988.7"]))
            let agent = try await place.agent("local0")
            kill(agent, SIGSTOP)
            try place.write("", to: "go")
            let end = try await program.end()
            #expect(end.code == 3)
            let summary = try end.summary()
            #expect(summary.outcomes["ok"] == 2)
            #expect(summary.outcomes["lost"] == 1)
            // It was never let go on: the controller ended it as it was.
            await place.expectNothingLeft()
        }
    }
}
