import Foundation
import Testing

extension SystemTests {
    /// Commands that decide what becomes of hosts that are missing at a barrier (section 5: the application's callback).
    @Suite struct StragglerTests {
        /// Six hosts of which the last two come only when the test says so.
        private func specification(_ place: Place, _ stragglers: String) -> String {
            let come = place.file("come")
            return Specifications.configuration(
                Specifications.cluster(
                    "w", hosts: 6,
                    execution: Specifications.process(
                        "first", "[ $PLUSH_RANK -lt 4 ] || until [ -e '\(come)' ]; do sleep 0.0713; done"),
                    "<barrier name=\"b\" stragglers_after=\"300ms\" \(stragglers)/>",
                    Specifications.process("second", "echo on"), "<barrier name=\"end\"/>"))
        }

        @Test func aCommandHereIsToldWhoIsMissingAndMayWaitAndThenGoOn() async throws {
            let place = try Place()
            let script = """
                #!/bin/sh
                { echo "$PLUSH_BARRIER $PLUSH_GENERATION $PLUSH_MISSING $PLUSH_MISSING_COUNT $PLUSH_ENTERED_COUNT"; cat; } >> asked
                [ "$(grep -c local4 asked)" -gt 1 ] && echo go || echo wait
                """
            try place.write(script, to: "decide", isExecutable: true)
            try place.write(specification(place, "stragglers=\"./decide\""), to: "app.xml")
            let program = try place.plush("run", "app.xml", "--json")
            try await program.waits(for: "work of those released") { $0.output("second").count == 4 }
            let question = "b 1 local[4-5] 2 4\nlocal4\nlocal5\n"
            #expect(try place.read("asked") == question + question)
            try place.write("", to: "come")
            let end = try await program.end()
            #expect(end.code == 0, "\(end.errorText)")
            let events = BarrierEvents(try end.events())
            #expect(events.of("forced", "b").map(\.missing) == [locals(4..<6)])
            #expect(events.hosts("late", "b") == locals(4..<6) && events.output("second").count == 6)
            await place.expectNothingLeft()
        }

        @Test(arguments: ["controller", "hosts"])
        func hostsThatAreDroppedAreStoppedAndTheRunGoesOnWithoutThem(whose: String) async throws {
            let place = try Place()
            // On hosts three of four say so, and one would wait.
            let line = whose == "hosts" ? "[ $PLUSH_RANK = 3 ] &amp;&amp; echo wait || echo drop" : "echo drop"
            try place.write(
                specification(place, "stragglers=\"\(line)\" stragglers_on=\"\(whose)\""), to: "app.xml")
            let end = try await place.plush("run", "app.xml", "--json").end()
            #expect(end.code == 0, "\(end.errorText)")
            let summary = try end.summary()
            #expect(summary.outcomes["ok"] == 4 && summary.outcomes["lost"] == 2)
            #expect(summary.text("dropped") == "local[4-5]")
            let events = BarrierEvents(try end.events())
            #expect(events.hosts("dropped", "b") == locals(4..<6))
            #expect(Set(events.output("second").keys) == locals(0..<4))
            #expect(try events.release("end").hosts == locals(0..<4))
            #expect(!events.output("second").values.contains { $0.contains("drop") }, "answers are no output")
            await place.expectNothingLeft()
        }

        @Test func sparesTakeThePlacesOfHostsThatAreMissing() async throws {
            let place = try Place()
            try place.write("word\n", to: "word.txt")
            let come = place.file("come")
            func cluster(_ name: String, _ before: String) -> String {
                Specifications.cluster(
                    name, hosts: 3, uses: "<software name=\"s\"/>",
                    execution: before,
                    Specifications.process(
                        "\(name)1",
                        "cat word.txt; [ $PLUSH_RANK != 2 ] && [ $PLUSH_RANK != 5 ] || until [ -e '\(come)' ]; do sleep 0.0717; done"
                    ),
                    "<barrier name=\"b\" stragglers_after=\"300ms\" stragglers=\"echo replace\"/>",
                    Specifications.process("\(name)2", "echo on > result; echo on"))
            }
            try place.write(
                Specifications.configuration(
                    cluster("left", "<barrier name=\"a\"/>"), cluster("right", ""),
                    software: Specifications.software("s", type: "none", file: "word.txt")), to: "app.xml")
            let end = try await place.plush("run", "app.xml", "--json", "--local", "9").end()
            #expect(end.code == 0, "\(end.errorText)")
            let summary = try end.summary()
            #expect(summary.number("targets") == 6 && summary.outcomes["ok"] == 6, "\(summary.fields)")
            let replaced = try end.events().filter { $0.event == "replaced" }
            #expect(replaced.map { $0.text("host") } == ["local2", "local5"])
            #expect(Set(replaced.map { $0.text("by") }) == ["local6", "local7"])
            let events = BarrierEvents(try end.events())
            #expect(try events.release("b").hosts == locals(0..<8).subtracting(["local2", "local5"]))
            #expect(
                events.output("left1").count + events.output("right1").count == 8, "the missing ones too had the word")
            #expect(events.output("left2").count == 3 && events.output("right2").count == 3)
            #expect(events.hosts("late", "a").count == 1, "the spare of the left cluster")
            await place.expectNothingLeft()
        }

        @Test func whereThereAreNoSparesThatIsToldAndTheHostsAreWaitedFor() async throws {
            let place = try Place()
            try place.write(specification(place, "stragglers=\"echo replace\""), to: "app.xml")
            let program = try place.plush("run", "app.xml", "--json")
            let isTold = try await eventually {
                try program.events().contains {
                    $0.text("text").contains("2 hosts are to be replaced and there are spares for 0")
                }
            }
            #expect(isTold, "\(program.errorText)")
            try place.write("", to: "come")
            #expect(try await program.end().code == 0)
            await place.expectNothingLeft()
        }

        @Test func anAnswerThatIsNoneIsToldAndMeansWait() async throws {
            let place = try Place()
            try place.write(specification(place, "stragglers=\"echo perhaps\""), to: "app.xml")
            let program = try place.plush("run", "app.xml", "--json")
            let isTold = try await eventually {
                try program.events().contains {
                    $0.text("text").contains(#"printed "perhaps"; print wait, go, drop or replace"#)
                }
            }
            #expect(isTold, "\(program.errorText)")
            #expect(BarrierEvents(try program.events()).output("second").isEmpty)
            try place.write("", to: "come")
            let end = try await program.end()
            #expect(end.code == 0, "\(end.errorText)")
            #expect(BarrierEvents(try end.events()).output("second").count == 6)
            await place.expectNothingLeft()
        }

        @Test func aBarrierThatCanNoLongerBeMetIsAskedAboutAtOnce() async throws {
            let place = try Place()
            let barrier = "<barrier name=\"b\" entry=\"3\" stragglers_after=\"1h\" stragglers=\"echo go\"/>"
            try place.write(
                Specifications.configuration(
                    Specifications.cluster(
                        "w", hosts: 3, execution: Specifications.process("first", "[ $PLUSH_RANK != 1 ]"), barrier,
                        Specifications.process("second", "echo on"))), to: "app.xml")
            let end = try await place.plush("run", "app.xml", "--json").end()
            #expect(end.code == 1, "the host that failed has")
            #expect(Set(BarrierEvents(try end.events()).output("second").keys) == ["local0", "local2"])
            await place.expectNothingLeft()
        }

        @Test func anInterruptionEndsACommandThatIsBeingAsked() async throws {
            let place = try Place()
            try place.write(specification(place, "stragglers=\"exec sleep 983.1\""), to: "app.xml")
            let program = try place.plush("run", "app.xml")
            #expect(await place.waits(for: 1, ["sleep", "983.1"]))
            program.signal(SIGINT)
            #expect(try await program.end().code == 130)
            await place.expectNothingLeft()
        }
    }
}
