import Foundation
import Testing

extension SystemTests {
    /// `plush run` of specifications with barriers between their phases.
    @Suite struct StagedRunTests {
        /// Two clusters whose hosts go through three phases in step.
        private func threePhases(_ place: Place, hosts: Int) throws {
            try place.write("data\n", to: "data.txt")
            // An odd host is a bit slower than an even one, in every phase.
            func phase(_ cluster: String, _ number: Int) -> String {
                Specifications.process(
                    "\(cluster)\(number)",
                    "sleep 0.0$((PLUSH_RANK % 2)); test -e data.txt && echo \(number) >> '\(place.file("log"))'")
            }
            func cluster(_ name: String) -> String {
                Specifications.cluster(
                    name, hosts: hosts / 2, uses: "<software name=\"data\"/>",
                    execution: "<barrier name=\"installed\"/>", phase(name, 1), "<barrier name=\"first\"/>",
                    phase(name, 2),
                    "<barrier name=\"second\"/>", phase(name, 3))
            }
            try place.write(
                Specifications.configuration(
                    cluster("left"), cluster("right"),
                    software: Specifications.software("data", type: "none", file: "data.txt")), to: "app.xml")
        }

        @Test func twoClustersGoThroughThreePhasesInStep() async throws {
            let place = try Place()
            let hosts = 80
            try threePhases(place, hosts: hosts)
            let end = try await place.plush("run", "app.xml", "--json", "--fanout", "8").end()
            #expect(end.code == 0, "\(end.errorText)")
            let summary = try end.summary()
            #expect(summary.number("targets") == hosts && summary.outcomes["ok"] == hosts)
            let lines = try place.read("log").split(separator: "\n")
            #expect(lines == (1...3).flatMap { Array(repeating: "\($0)", count: hosts) })
            let events = BarrierEvents(try end.events())
            for barrier in ["installed", "first", "second"] {
                #expect(try events.release(barrier).hosts == locals(0..<hosts))
            }
            await place.expectNothingLeft()
        }

        @Test func peopleAreToldWhereHostsWaitAndWhatHasHappened() async throws {
            let place = try Place()
            let come = place.file("come")
            try place.write(
                Specifications.configuration(
                    Specifications.cluster(
                        "w", hosts: 6,
                        execution: Specifications.process(
                            "first", "[ $PLUSH_RANK -lt 4 ] || until [ -e '\(come)' ]; do sleep 0.05; done"),
                        "<barrier name=\"fetched\"/>", Specifications.process("second", "exit 0"))), to: "app.xml")
            // A terminal for standard error: python's pty copies what comes there to its own output.
            let script = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
            let program = try place.start(
                ["python3", "-c", script, Binaries.plush(), "run", "app.xml"], environment: ["COLUMNS": "120"])
            let isShown = await eventually {
                String(decoding: program.output, as: UTF8.self).contains("fetched 4/6, missing local[4-5]")
            }
            #expect(isShown, "\(String(decoding: program.output, as: UTF8.self))")
            try place.write("", to: "come")
            let end = try await program.end()
            #expect(end.code == 0 && end.text.contains("barrier fetched: 6 of 6 hosts"), "\(end.text)")
            await place.expectNothingLeft()
        }

        @Test(arguments: [
            ("entry=\"101%\"", 5, "app.xml:3: <barrier>: found entry=\"101%\"; write a percentage above 0%"),
            ("entry=\"knee\"", 2, "a knee needs 4 hosts at least and there are 2"),
            ("entry=\"6\"", 5, "there are only 5 hosts"),
            ("release=\"limit:0\"", 5, "limit:25"),
            ("when=\"now\"", 5, "when"),
        ])
        func badBarriersAreToldWithTheirLineBeforeAnythingStarts(
            attributes: String, hosts: Int, telling: String
        ) async throws {
            let place = try Place()
            try place.write(
                Specifications.configuration(
                    Specifications.cluster(
                        "w", hosts: hosts, execution: "<barrier name=\"b\" \(attributes)/>",
                        Specifications.process("p", "echo no"))), to: "app.xml")
            let end = try await place.plush("run", "app.xml").end()
            #expect(end.code == 2 && end.text.isEmpty)
            #expect(end.errorText.contains("app.xml:3: ") && end.errorText.contains(telling), "\(end.errorText)")
            #expect(!end.errorText.contains("launch"))
        }

        @Test func aConfigurationRunsAgainWithItsBarriersAndOneThatIsTooSmallIsLeftOut() async throws {
            let place = try Place()
            let cluster = Specifications.cluster(
                "w", hosts: 3, execution: Specifications.process("a", "echo a >> '\(place.file("log"))'"),
                "<barrier name=\"b\"/>", Specifications.process("c", "echo c >> '\(place.file("log"))'"))
            try place.write(
                """
                <plush><project name="p"><configuration name="c">\(cluster)</configuration>
                <application name="twice"><execution><configuration name="c"/><configuration name="c"/></execution>
                </application></project></plush>
                """, to: "app.xml")
            let end = try await place.plush("run", "app.xml").end()
            #expect(end.code == 0, "\(end.errorText)")
            #expect(try place.read("log") == String(repeating: "a\na\na\nc\nc\nc\n", count: 2))
            await place.expectNothingLeft()
        }
    }
}
