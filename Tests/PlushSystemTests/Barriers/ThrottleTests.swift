import Foundation
import Testing

extension SystemTests {
    /// The second relaxation (section 5): hosts leave a barrier a few at a time. Who counts is the server that they fetch
    /// from.
    @Suite struct ThrottleTests {
        private static let hosts = 100

        /// A hundred hosts that all fetch one file behind a barrier; returns what the server saw.
        private func fetch(_ release: String) async throws -> SlowServer.Account {
            let place = try Place()
            let server = try SlowServer(bodyBytes: 60_000, bytesPerSecond: 4_000_000, clientsBest: 25)
            defer { server.stop() }
            // The shell's own sockets: a hundred programs that start would be what is measured.
            let line =
                "exec 3<>/dev/tcp/127.0.0.1/\(server.port) && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && wc -c <&3"
            try place.write(
                Specifications.configuration(
                    Specifications.cluster(
                        "w", hosts: Self.hosts, execution: "<barrier name=\"ready\" release=\"\(release)\"/>",
                        Specifications.process("fetch", line, shell: "/bin/bash"))), to: "app.xml")
            let end = try await place.plush("run", "app.xml", "--json", "--fanout", "8").end()
            #expect(end.code == 0, "\(end.errorText)")
            #expect(try end.summary().outcomes["ok"] == Self.hosts)
            let events = BarrierEvents(try end.events())
            let sizes = Set(
                events.output("fetch").values.compactMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
            #expect(sizes.allSatisfy { $0 > 60_000 } && events.output("fetch").count == Self.hosts)
            #expect(try events.release("ready").hosts.count == Self.hosts)
            if release != "once" {
                #expect(events.hosts("passing", "ready").count == Self.hosts)
            }
            await place.expectNothingLeft()
            #expect(server.seen.served == Self.hosts)
            return server.seen
        }

        @Test func theServerSeesAtMostTwentyFiveOfAHundred() async throws {
            let seen = try await fetch("limit:25")
            #expect(seen.clientsMost <= 25)
            #expect(seen.clientsMost > 15, "they do share the server")
        }

        @Test func anAdaptiveReleaseIsFasterThanAllAtOnceWhereTheServerDegrades() async throws {
            let all = try await fetch("once")
            #expect(all.clientsMost > 50, "all come at once")
            let adaptive = try await fetch("adaptive")
            #expect(adaptive.clientsMost < all.clientsMost)
            #expect(adaptive.seconds < 0.8 * all.seconds, "\(adaptive.seconds) s against \(all.seconds) s")
        }

        @Test func aRelayThatIsKilledWhileHostsPassLosesAndDoublesNoPermit() async throws {
            let place = try Place()
            let (hosts, limit) = (40, 6)
            let server = try SlowServer(bodyBytes: 60_000, bytesPerSecond: 1_000_000, clientsBest: limit)
            defer { server.stop() }
            let line =
                "exec 3<>/dev/tcp/127.0.0.1/\(server.port) && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && wc -c <&3"
            try place.write(
                Specifications.configuration(
                    Specifications.cluster(
                        "w", hosts: hosts, execution: "<barrier name=\"ready\" release=\"limit:\(limit)\"/>",
                        Specifications.process("fetch", line, shell: "/bin/bash"))), to: "app.xml")
            let program = try place.plush("run", "app.xml", "--json", "--fanout", "3", "--lease", "2s")
            let relay = try await place.agent("local0")
            #expect(await eventually { server.seen.served >= 8 })
            kill(relay, SIGKILL)
            let end = try await program.end()
            let outcomes = try end.summary().outcomes
            // Whoever is still in the tree goes through: what the relay's subtree held has come back.
            #expect(
                outcomes["lost", default: 0] >= 1 && outcomes["ok", default: 0] + outcomes["lost", default: 0] == hosts)
            let events = BarrierEvents(try end.events())
            let lost = try end.events().filter { $0.event == "lost" }.reduce(into: Set()) { $0.formUnion($1.hosts) }
            #expect(locals(0..<hosts).subtracting(lost).isSubset(of: events.hosts("passing", "ready")))
            #expect(server.seen.clientsMost <= limit)
            await place.expectNothingLeft()
        }

        @Test func aRateIsKeptOverTheWholeTree() async throws {
            let seen = try await fetch("rate:40/s")
            // 100 hosts, 40 a second, and no faster than passes of 2 s that were not used allow.
            #expect(seen.seconds > 1, "\(seen.seconds) s")
        }
    }
}
