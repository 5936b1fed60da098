import Foundation
import Testing

extension SystemTests {
    /// The first relaxation of the paper (section 5) over real processes: the many go on when a few are slow.
    @Suite struct EarlyEntryTests {
        /// A hundred hosts come to a barrier, the last two only when the test says so; what stands behind it is `work`.
        private func slowPair(_ place: Place, _ barrier: String) throws -> Program {
            let first =
                "[ $PLUSH_RANK -lt 98 ] || until [ -e '\(place.file("come"))' ]; do sleep 0.05; done"
            try place.write(
                Specifications.configuration(
                    Specifications.cluster(
                        "w", hosts: 100,
                        execution: Specifications.process("measure", first), "<barrier name=\"measured\" \(barrier)/>",
                        Specifications.process("work", "echo went on"))), to: "app.xml")
            return try place.plush("run", "app.xml", "--json", "--fanout", "8")
        }

        @Test(arguments: [
            "entry=\"98/6s\"", "entry=\"98%\"", "entry=\"knee:90%\"", "entry=\"98%\" late=\"refuse\"",
        ])
        func ninetyEightOfAHundredGoOnWhileTwoAreSlow(barrier: String) async throws {
            let place = try Place()
            let program = try slowPair(place, barrier)
            try await program.waits(for: "release") { !$0.of("released", "measured").isEmpty }
            try await program.waits(for: "work of those released") { $0.output("work").count >= 90 }
            #expect(!program.hasEnded)
            let before = BarrierEvents(try program.events())
            let release = try before.release("measured")
            #expect(release.hosts.isSubset(of: locals(0..<98)) && release.hosts.count >= 90)
            #expect(release.missing == locals(0..<100).subtracting(release.hosts))
            if barrier.contains("98") { #expect(release.hosts == locals(0..<98)) }
            if barrier.contains("/6s") {
                // It waited although 98 were there.
                #expect(before.of("entered", "measured").contains { $0.hosts == locals(0..<98) })
            }
            try place.write("", to: "come")
            let end = try await program.end()
            let summary = try end.summary()
            let events = BarrierEvents(try end.events())
            let account = try BarrierEvents.account("measured", in: summary)
            #expect(account["generations"] as? Double == 1)
            if barrier.contains("refuse") {
                #expect(end.code == 3 && events.hosts("refused", "measured") == locals(98..<100))
                #expect(Set(events.output("work").keys) == locals(0..<98))
                #expect(summary.outcomes["ok"] == 98 && summary.outcomes["notStarted"] == 2)
                #expect(account["refused"] as? String == "local[98-99]")
            } else {
                #expect(end.code == 0, "\(end.errorText)")
                #expect(events.hosts("late", "measured") == release.missing)
                #expect(events.output("work").count == 100 && summary.outcomes["ok"] == 100)
                #expect(NodeNames.unfold(account["late"] as? String ?? "").count == release.missing.count)
            }
            await place.expectNothingLeft()
        }

        @Test func aHostWhereTheStageBeforeFailedIsNotWaitedFor() async throws {
            let place = try Place()
            try place.write(
                Specifications.configuration(
                    Specifications.cluster(
                        "w", hosts: 6, execution: Specifications.process("first", "[ $PLUSH_RANK != 4 ]"),
                        "<barrier name=\"between\"/>", Specifications.process("second", "echo on"))), to: "app.xml")
            let end = try await place.plush("run", "app.xml", "--json").end()
            let summary = try end.summary()
            #expect(end.code == 1 && summary.outcomes["ok"] == 5 && summary.outcomes["failed"] == 1)
            let events = BarrierEvents(try end.events())
            #expect(Set(events.output("second").keys) == locals(0..<6).subtracting(["local4"]))
            #expect(try events.release("between").missing == [])
            await place.expectNothingLeft()
        }

        @Test(arguments: ["entry=\"6\"", ""])
        func aBarrierThatCanNoLongerBeMetEndsTheRunWithItsReason(entry: String) async throws {
            let place = try Place()
            try place.write(
                Specifications.configuration(
                    Specifications.cluster(
                        "w", hosts: 6, minimum: entry.isEmpty ? 6 : nil,
                        execution: Specifications.process("first", "[ $PLUSH_RANK != 4 ]"),
                        "<barrier name=\"between\" \(entry)/>", Specifications.process("second", "echo on"))),
                to: "app.xml")
            let end = try await place.plush("run", "app.xml").end()
            #expect(end.code == 1 && end.lines == [], "\(end.text)")
            let told = "app.xml:4: barrier between needs 6 hosts and only 5 are left"
            #expect(end.errorText.contains(told), "\(end.errorText)")
            #expect(end.errorText.contains("barrier between: never released"), "\(end.errorText)")
            await place.expectNothingLeft()
        }

        @Test func anInterruptionEndsTheWaitAtABarrier() async throws {
            let place = try Place()
            let program = try slowPair(place, "")
            try await program.waits(for: "98 hosts at the barrier") {
                $0.hosts("entered", "measured").count == 98
            }
            program.signal(SIGINT)
            let end = try await program.end()
            #expect(end.code == 130)
            #expect(BarrierEvents(try end.events()).output("work").isEmpty)
            await place.expectNothingLeft()
        }
    }
}
