import Foundation
import PlushController
import PlushSpec
import PlushTree
import Testing

extension SystemTests {
    /// Hosts that cannot start, spares that take their places, and children that cannot keep up.
    @Suite struct HostTests {
        /// A run through the library, and all it tells.
        private func run(
            _ options: ControllerOptions, _ body: @escaping @Sendable (Controller) async throws -> Summary
        ) async throws -> (summary: Summary, events: [ControllerEvent]) {
            let controller = Controller(options)
            async let summary = body(controller)
            var events: [ControllerEvent] = []
            for await event in controller.events { events.append(event) }
            return (try await summary, events)
        }

        private func unreachable(_ events: [ControllerEvent]) -> [(ranks: RankSet, cause: String, remedy: String)] {
            events.compactMap { event in
                guard case .unreachable(let ranks, let cause, let remedy) = event else { return nil }
                return (ranks, cause, remedy)
            }
        }

        private func count(_ summary: Summary, _ kind: String) -> Int {
            summary.counts.first { "\($0.kind)" == kind }?.count ?? -1
        }

        @Test func aHostThatStartsNoAgentIsUnreachable() async throws {
            let place = try Place()
            var options = try place.options(hosts: 6)
            options.shape = .kary(fanout: 2)
            options.agentPathByRank = [Rank(1): "/bin/false", Rank(4): "/bin/false"]
            let (summary, events) = try await run(options) { try await $0.exec(["true"]) }
            #expect(summary.exitCode() == 3)
            #expect(count(summary, "ok") == 4)
            #expect(count(summary, "unreachable") == 2)
            let report = try #require(unreachable(events).first)
            #expect(report.ranks == RankSet([Rank(1), Rank(4)]))
            #expect(report.cause.contains("no agent"))
            #expect(report.remedy != "")
            await place.expectNothingLeft()
        }

        @Test func aHostThatSaysNothingIsUnreachableAfterItsTime() async throws {
            let place = try Place()
            let silent = try place.write("#!/bin/sh\nexec sleep 990.1\n", to: "silent", isExecutable: true)
            var options = try place.options(hosts: 5)
            options.connectMilliseconds = 1_000
            options.agentPathByRank = [Rank(0): silent]
            let (summary, events) = try await run(options) { try await $0.exec(["true"]) }
            #expect(summary.exitCode() == 3)
            #expect(count(summary, "ok") == 4)
            #expect(unreachable(events).map(\.ranks) == [RankSet(Rank(0))])
            #expect(unreachable(events).first?.cause.isEmpty == false)
            #expect(!ProcessTable.all(with: "990.1").contains { $0.words == ["sleep", "990.1"] })
            await place.expectNothingLeft()
        }

        @Test func aProgramThatChattersIsNoAgent() async throws {
            let place = try Place()
            let chatter = try place.write("#!/bin/sh\nexec yes hello\n", to: "chatter", isExecutable: true)
            var options = try place.options(hosts: 3)
            options.agentPathByRank = [Rank(2): chatter]
            let (summary, events) = try await run(options) { try await $0.exec(["true"]) }
            #expect(count(summary, "ok") == 2)
            #expect(count(summary, "unreachable") == 1)
            #expect(unreachable(events).first?.cause.contains("is no agent") == true)
            await place.expectNothingLeft()
        }

        @Test func whenNobodyJoinsNothingRuns() async throws {
            let place = try Place()
            var options = try place.options(hosts: 3)
            options.agentPathByRank = Dictionary(uniqueKeysWithValues: (0..<3).map { (Rank($0), "/bin/false") })
            let (summary, _) = try await run(options) { try await $0.exec(["true"]) }
            #expect(summary.exitCode() == 3)
            #expect(count(summary, "unreachable") == 3)
            await place.expectNothingLeft()
        }

        @Test func anInterruptDuringTheLaunchEndsIt() async throws {
            let place = try Place()
            let silent = try place.write("#!/bin/sh\nexec sleep 990.2\n", to: "silent", isExecutable: true)
            var options = try place.options(hosts: 3)
            options.agentPathByRank = [Rank(1): silent]
            let controller = Controller(options)
            async let result = controller.exec(["true"])
            for await event in controller.events {
                if case .joined = event { controller.interrupt() }
            }
            let summary = try await result
            #expect(summary.exitCode() == 130)
            #expect(count(summary, "ok") == 0)
            #expect(summary.counts.reduce(0) { $0 + $1.count } == 3)
            await place.expectNothingLeft()
        }

        private func specification(hosts: Int, minimum: Int?) throws -> ApplicationSpecification {
            let text = Specifications.shell("echo $PLUSH_RANK", hosts: hosts, minimum: minimum)
            return try SpecificationParser.parse(Array(text.utf8), fileName: "app.xml")
        }

        private func outputRanks(_ events: [ControllerEvent]) -> RankSet {
            events.reduce(into: RankSet()) { ranks, event in
                if case .output(let output) = event { ranks.formUnion(output.ranks) }
            }
        }

        @Test func aSpareTakesThePlaceOfAHostThatFails() async throws {
            let place = try Place()
            var options = try place.options(hosts: 6)
            options.agentPathByRank = [Rank(1): "/bin/false", Rank(4): "/bin/false"]
            let specification = try specification(hosts: 4, minimum: nil)
            let (summary, events) = try await run(options) {
                try await $0.run(specification, fileName: "app.xml", directory: "/")
            }
            // Rank 1 is replaced by 4, which fails too and is replaced by 5.
            let replaced = events.compactMap { event -> [Rank]? in
                guard case .replaced(let rank, let spare) = event else { return nil }
                return [rank, spare]
            }
            #expect(replaced == [[Rank(1), Rank(4)], [Rank(4), Rank(5)]])
            #expect(summary.exitCode() == 0)
            #expect(summary.targets == RankSet([0, 2, 3, 5].map { Rank($0) }))
            #expect(count(summary, "ok") == 4)
            #expect(outputRanks(events) == summary.targets)
            await place.expectNothingLeft()
        }

        @Test func withinMinHostsARunGoesOnWithAWarning() async throws {
            let place = try Place()
            var options = try place.options(hosts: nil)
            options.agentPathByRank = [Rank(1): "/bin/false"]
            let specification = try specification(hosts: 4, minimum: 3)
            let (summary, events) = try await run(options) {
                try await $0.run(specification, fileName: "app.xml", directory: "/")
            }
            #expect(summary.exitCode() == 0)
            #expect(count(summary, "ok") == 3)
            #expect(count(summary, "unreachable") == 1)
            #expect(summary.forgiven == RankSet(Rank(1)))
            #expect(outputRanks(events) == RankSet([0, 2, 3].map { Rank($0) }))
            #expect(unreachable(events).map(\.ranks) == [RankSet(Rank(1))])
            await place.expectNothingLeft()
        }

        @Test func belowMinHostsNothingIsRun() async throws {
            let place = try Place()
            var options = try place.options(hosts: nil)
            options.agentPathByRank = [Rank(1): "/bin/false", Rank(2): "/bin/false"]
            let specification = try specification(hosts: 4, minimum: 3)
            let (summary, events) = try await run(options) {
                try await $0.run(specification, fileName: "app.xml", directory: "/")
            }
            #expect(summary.exitCode() == 3)
            #expect(count(summary, "unreachable") == 2)
            #expect(count(summary, "notStarted") == 2)
            #expect(outputRanks(events).isEmpty)
            let warnings = events.compactMap { event -> String? in
                guard case .warning(let text) = event else { return nil }
                return text
            }
            #expect(warnings.contains { $0.contains("needs at least 3 hosts and there are 2") })
            await place.expectNothingLeft()
        }

        @Test func aFrozenHostDoesNotSlowTheFilesOfOthers() async throws {
            let place = try Place()
            try await place.tool("/bin/sh", "-c", "head -c 25000000 /dev/urandom > big")
            let software = Specifications.software("s", type: "none", file: "big")
            let text = Specifications.shell(
                "cksum &lt; big", hosts: 8, software: software, uses: #"<software name="s"/>"#)
            let specification = try SpecificationParser.parse(Array(text.utf8), fileName: "app.xml")
            let controller = Controller(try place.options(hosts: nil))
            let directory = place.path
            async let running = controller.run(specification, fileName: "app.xml", directory: directory)
            var frozen: pid_t?
            var servedWhileFrozen = false
            var sums: [[UInt8]] = []
            for await event in controller.events {
                switch event {
                case .phase(.transfer, _):
                    let agent = try await place.agent("local3")
                    kill(agent, SIGSTOP)
                    frozen = agent
                case .progress(let counts) where counts.phase == .transfer && counts.ended == 7:
                    // All others have their files; it was frozen all the time.
                    servedWhileFrozen = servedWhileFrozen || frozen != nil
                    if let agent = frozen { kill(agent, SIGCONT) }
                    frozen = nil
                case .lost, .outcome:
                    #expect(frozen == nil, "\(event)")
                    if let agent = frozen { kill(agent, SIGCONT) }
                case .output(let output):
                    sums += output.ranks.map { _ in output.bytes }
                default:
                    break
                }
            }
            let summary = try await running
            #expect(servedWhileFrozen)
            #expect(count(summary, "ok") == 8)
            #expect(sums.filter { !$0.isEmpty }.count == 8)
            #expect(Set(sums.filter { !$0.isEmpty }).count == 1)
            await place.expectNothingLeft()
        }
    }
}
