import Foundation
import Testing

extension SystemTests {
    /// The exit code, the first that applies: 130, 5, 2, 1, 4, 3, 0.
    @Suite struct ExitCodeTests {
        struct Case: Sendable, CustomTestStringConvertible {
            let words: [String]
            let code: Int32
            /// Something that standard error must say.
            let says: String

            init(_ words: [String], _ code: Int32, says: String = "") {
                self.words = words
                self.code = code
                self.says = says
            }

            var testDescription: String { "\(words.joined(separator: " ")) ends with \(code)" }
        }

        static let runs = [
            Case(["exec", "--local", "3", "--", "true"], 0, says: "3 hosts: 3 ok"),
            Case(["exec", "--local", "3", "--", "exit $PLUSH_RANK"], 1, says: "local1: exit 1"),
            Case(["exec", "-S", "--local", "4", "--", "exit $((PLUSH_RANK * 10))"], 30, says: "local3: exit 30"),
            Case(["exec", "-S", "--local", "2", "--", "kill -9 $$"], 137, says: "local[0-1]: signal 9"),
            Case(["exec", "--local", "2", "--", "kill -TERM $$"], 1, says: "local[0-1]: signal 15"),
            Case(["exec", "--local", "2", "--", "/nowhere/program", "x"], 1, says: "local[0-1]: exit 127"),
            Case(["exec", "-S", "--local", "2", "--", "/nowhere/program", "x"], 127, says: "check its path and PATH"),
            Case(["exec", "-S", "--local", "2", "--", "no-such-word-anywhere", "x"], 127, says: "exit 127"),
            Case(["exec", "-S", "--local", "2", "--", "/etc/passwd", "x"], 126, says: "check its mode and kind"),
            Case(["exec", "-u", "300ms", "--local", "3", "--", "sleep", "987.1"], 4, says: "local[0-2]: timed out"),
            Case(["exec", "-u", "1", "--local", "1", "--", "sleep", "987.1"], 4, says: "local0: timed out"),
            Case(["exec", "--local", "2", "true"], 0, says: "2 hosts: 2 ok"),
            Case(
                ["exec", "-u", "1s", "--local", "2", "--", "[ $PLUSH_RANK = 0 ] && exit 5; sleep 987.2"], 1,
                says: "local1: timed out"),
            Case(
                ["exec", "--deadline", "1s", "--local", "2", "--", "sleep", "987.3"], 4, says: "timed out"),
            Case(
                [
                    "exec", "-u", "300ms", "--grace", "200ms", "--local", "2", "--",
                    "trap '' TERM; sleep 987.4; sleep 9",
                ],
                4, says: "timed out"),
            Case(["exec", "--agent", "/nowhere/agent", "--local", "2", "--", "true"], 5, says: "no agent at /nowhere"),
        ]

        @Test(arguments: runs) func aRunEndsWithTheFirstCodeThatApplies(_ example: Case) async throws {
            let place = try Place()
            let end = try await place.start([Binaries.plush()] + example.words).end()
            #expect(end.code == example.code)
            #expect(end.errorText.contains(example.says), "\(end.errorText)")
            await place.expectNothingLeft()
        }

        static let usages = [
            Case(["exec", "--local", "2", "--frobnicate", "--", "true"], 2, says: "--frobnicate"),
            Case(["exec", "--local", "2"], 2, says: "no command was given"),
            Case(["exec", "--", "true"], 2, says: "no hosts were given"),
            Case(["exec", "--local", "0", "--", "true"], 2, says: "--local takes 1 to"),
            Case(["exec", "--local", "two", "--", "true"], 2, says: "two"),
            Case(["exec", "--local", "2", "--tree", "kary:0", "--", "true"], 2, says: "kary:0"),
            Case(["exec", "--local", "2", "--tree", "bush", "--", "true"], 2, says: "bush"),
            Case(["exec", "--local", "2", "--tree", "flat", "--fanout", "2", "--", "true"], 2, says: "give one"),
            Case(["exec", "--local", "2", "-u", "5x", "--", "true"], 2, says: "'5x'"),
            Case(["exec", "--local", "2", "ls", "-la"], 2, says: "need -- before it"),
            Case(["exec", "--local", "2", "grep", "-l", "root", "/etc/passwd"], 2, says: "need -- before it"),
            Case(["exec", "--local", "2", "true", "-b"], 2, says: "need -- before it"),
            Case(["exec", "--local", "2", "ls", "--", "-b"], 2, says: "-- stands before the whole command"),
            Case(["exec", "--local", "2", "-t", "fast", "--", "true"], 2, says: "'fast'"),
            Case(["exec", "--local", "2", "--lease", "10ms", "--", "true"], 2, says: "--lease takes at least 1s"),
            Case(["exec", "--local", "2", "-b", "-L", "--", "true"], 2, says: "exclude each other"),
            Case(["run", "nowhere.xml"], 2, says: "nowhere.xml"),
            Case(["run"], 2, says: "app.xml"),
            Case(["validate", "nowhere.xml"], 2, says: "nowhere.xml"),
            Case(["init", "nothing"], 2, says: "hello, files, barriers, paper-figure-3"),
            Case(["tree"], 2, says: "no hosts were given"),
            Case(["dance"], 2, says: "dance"),
        ]

        @Test(arguments: usages) func badUsageIsTwoAndStartsNothing(_ example: Case) async throws {
            let place = try Place()
            let end = try await place.start([Binaries.plush()] + example.words).end()
            #expect(end.code == 2)
            #expect(end.text == "")
            #expect(end.errorText.contains(example.says), "\(end.errorText)")
            #expect(place.names(in: "tmp") == [])
            await place.expectNothingLeft()
        }

        @Test func anInterruptStopsEverythingAndCleansUp() async throws {
            let place = try Place()
            let program = try place.plush(
                "exec", "--local", "6", "--fanout", "2", "--json", "--", "setsid sleep 987.5 & sleep 987.6")
            #expect(await place.waits(for: 6, ["sleep", "987.6"]))
            program.signal(SIGINT)
            let end = try await program.end()
            #expect(end.code == 130)
            // All of it is done before the command line comes back.
            #expect(place.names(in: "tmp") == [])
            #expect(place.processes.map(\.words) == [])
            let summary = try end.summary()
            #expect(summary.fields["interrupted"] != nil)
            #expect(summary.number("targets") == 6)
            #expect(summary.outcomes["ok"] == 0)
            await place.expectNothingLeft()
        }

        @Test func aSecondInterruptLeavesAtOnceAndTheAgentsCleanUp() async throws {
            let place = try Place()
            let program = try place.plush(
                "exec", "--local", "4", "--fanout", "2", "--lease", "2s", "--grace", "50s", "--",
                "trap '' TERM; sleep 987.7; sleep 987.8; sleep 987.9")
            #expect(await place.waits(for: 4, ["sleep", "987.7"]))
            program.signal(SIGINT)
            #expect(await eventually { program.errorText.contains("once more leaves at once") })
            #expect(!program.hasEnded)
            program.signal(SIGINT)
            // Far below the grace of 50 s that the first one waits for.
            let end = try await program.end(within: Patience.step)
            #expect(end.code == 130)
            await place.expectNothingLeft()
        }

        @Test func terminationIsAnInterruptToo() async throws {
            let place = try Place()
            let program = try place.plush("exec", "--local", "3", "--", "sleep", "987.0")
            #expect(await place.waits(for: 3, ["sleep", "987.0"]))
            program.signal(SIGTERM)
            #expect(try await program.end().code == 130)
            await place.expectNothingLeft()
        }
    }
}
