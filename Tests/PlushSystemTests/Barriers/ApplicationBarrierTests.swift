import Foundation
import Testing

extension SystemTests {
    /// Barriers that processes enter through their sockets, in a tree of real agents.
    @Suite struct ApplicationBarrierTests {
        /// Says on a shared file when a phase begins, and waits for the others between two.
        private static let threePhases = """
            import os, socket
            plush = socket.socket(socket.AF_UNIX)
            plush.connect(os.environ["PLUSH_SOCKET"])
            lines = plush.makefile("rw")
            def ask(line):
                lines.write(line + "\\n"); lines.flush()
                return lines.readline().split()
            for phase in range(3):
                with open(os.environ["SHARED"], "a") as log:
                    log.write(f"{phase}\\n")
                ask(f"progress {(phase + 1) / 3}")
                if phase < 2:
                    assert ask("enter step") == ["passed", str(phase + 1)]
            ask("event done")
            """

        @Test func threePhasesInPythonPassTwoGenerationsInStep() async throws {
            let place = try Place()
            try place.write(Self.threePhases, to: "phases.py")
            let line = "SHARED='\(place.file("log"))' exec python3 phases.py"
            try place.write(
                Specifications.configuration(
                    Specifications.cluster(
                        "w", hosts: 12, uses: "<software name=\"s\"/>",
                        execution: Specifications.process("phases", line, barriers: "<barrier name=\"step\"/>")),
                    software: Specifications.software("s", type: "none", file: "phases.py")), to: "app.xml")
            let end = try await place.plush("run", "app.xml", "--json", "--fanout", "3").end()
            #expect(end.code == 0, "\(end.errorText)")
            #expect(try end.summary().outcomes["ok"] == 12)
            let phases = try place.read("log").split(separator: "\n")
            #expect(phases == (0..<3).flatMap { Array(repeating: "\($0)", count: 12) })
            let events = BarrierEvents(try end.events())
            #expect(events.of("released", "step").map { $0.number("generation") } == [1, 2])
            #expect(events.of("released", "step").allSatisfy { $0.hosts == locals(0..<12) })
            #expect(try BarrierEvents.account("step", in: try end.summary())["generations"] as? Double == 2)
            let said = try end.events().filter { $0.event == "said" }
            #expect(
                said.filter { $0.text("text") == "done" }.reduce(into: Set()) { $0.formUnion($1.hosts) }.count == 12)
            #expect(said.contains { $0.number("thousandths") == 1_000 })
            await place.expectNothingLeft()
        }

        private func example(_ language: String) throws -> String {
            let article = "\(Binaries.package)/Sources/PlushRuntime/PlushRuntime.docc/ApplicationSocket.md"
            let text = try String(contentsOfFile: article, encoding: .utf8)
            let from = try #require(text.range(of: "```\(language)\n"))
            let rest = text[from.upperBound...]
            return String(rest[..<(try #require(rest.range(of: "\n```")).lowerBound)]) + "\n"
        }

        @Test func theDocumentationsClientsInPythonCAndShellRunUnderPlush() async throws {
            let place = try Place()
            try place.write(try example("python"), to: "example.py")
            try place.write(try example("sh"), to: "example.sh")
            try place.write(try example("c"), to: "example.c")
            try await place.tool("cc", "-o", place.file("example"), place.file("example.c"))
            let clients = [
                ("python", "exec python3 example.py"), ("shell", "exec sh example.sh"), ("c", "exec ./example"),
            ]
            let software = ["example.py", "example.sh", "example"].map {
                Specifications.software($0, type: "none", file: $0)
            }
            let configurations = clients.map { name, line in
                let cluster = Specifications.cluster(
                    "w", hosts: 3,
                    uses: "<software name=\"example.py\"/><software name=\"example.sh\"/><software name=\"example\"/>",
                    execution: Specifications.process(name, line, barriers: "<barrier name=\"step\"/>"))
                return "<configuration name=\"\(name)\">\(cluster)</configuration>"
            }
            try place.write(
                "<plush><project name=\"p\">\(software.joined())\(configurations.joined())</project></plush>",
                to: "app.xml")
            let end = try await place.plush("run", "app.xml", "--json").end()
            #expect(end.code == 0, "\(end.errorText)")
            let releases = BarrierEvents(try end.events()).of("released", "step").map { $0.number("generation") }
            #expect(releases == [1, 2, 3, 1, 1], "three in Python, one in the shell, one in C")
            let said = try end.events().filter { $0.event == "said" && $0.text("text") == "step done" }
            #expect(said.reduce(into: Set()) { $0.formUnion($1.hosts) } == locals(0..<3))
            await place.expectNothingLeft()
        }

        /// Rank 0 enters a second time while it waits, and a barrier of another name; all others come after that.
        private static let entersTwice = """
            import os, socket, time
            def connect():
                plush = socket.socket(socket.AF_UNIX)
                plush.connect(os.environ["PLUSH_SOCKET"])
                lines = plush.makefile("rw")
                say(lines, "progress 0"); lines.readline()
                return lines
            def say(lines, line):
                lines.write(line + "\\n"); lines.flush()
            first = connect()
            if os.environ["PLUSH_RANK"] == "0":
                say(first, "enter step")
                # The agent answers in the order in which requests come: the first has entered when this one is there.
                second = connect()
                for name in "step", "stap":
                    say(second, f"enter {name}"); print(second.readline(), end="")
                open(os.environ["TOLD"], "w").close()
            else:
                while not os.path.exists(os.environ["TOLD"]): time.sleep(0.05)
                say(first, "enter step")
            print(first.readline(), end="")
            """

        @Test func whoEntersWrongIsToldAndNobodyElseIsHarmed() async throws {
            let place = try Place()
            try place.write(Self.entersTwice, to: "enters.py")
            let line = "TOLD='\(place.file("told"))' exec python3 enters.py"
            try place.write(
                Specifications.configuration(
                    Specifications.cluster(
                        "w", hosts: 5, uses: "<software name=\"s\"/>",
                        execution: Specifications.process("enters", line, barriers: "<barrier name=\"step\"/>"),
                        Specifications.process("other", "\"$PLUSH_AGENT\" barrier enter step 2>&1 || echo \"code $?\"")),
                    software: Specifications.software("s", type: "none", file: "enters.py")), to: "app.xml")
            let end = try await place.plush("run", "app.xml", "--json").end()
            #expect(end.code == 0, "\(end.errorText)")
            let events = BarrierEvents(try end.events())
            let wrong = events.output("enters")["local0"] ?? ""
            #expect(wrong.contains("refused this process has entered already and waits"), "\(wrong)")
            #expect(wrong.contains("refused this process has no barrier of that name: there are step"), "\(wrong)")
            #expect(wrong.hasSuffix("passed 1\n"), "\(wrong)")
            for host in locals(1..<5) { #expect(events.output("enters")[host] == "passed 1\n") }
            // A process that declares no barrier enters none.
            for host in locals(0..<5) {
                let text = events.output("other")[host] ?? ""
                #expect(text.contains("its specification declares none") && text.contains("code 4"), "\(text)")
            }
            #expect(try events.release("step").hosts == locals(0..<5))
            await place.expectNothingLeft()
        }

        @Test func aProcessThatEndsIsNotWaitedForByTheOthers() async throws {
            let place = try Place()
            let line = "[ $PLUSH_RANK = 2 ] || \"$PLUSH_AGENT\" barrier enter step"
            try place.write(
                Specifications.configuration(
                    Specifications.cluster(
                        "left", hosts: 3,
                        execution: Specifications.process("a", line, barriers: "<barrier name=\"step\"/>")),
                    Specifications.cluster(
                        "right", hosts: 3,
                        execution: Specifications.process("b", line, barriers: "<barrier name=\"step\"/>"))),
                to: "app.xml")
            let end = try await place.plush("run", "app.xml", "--json").end()
            #expect(end.code == 0, "\(end.errorText)")
            let events = BarrierEvents(try end.events())
            #expect(try events.release("step").hosts == locals(0..<6).subtracting(["local2"]))
            #expect(!(try end.events().contains { $0.event == "warning" }), "\(end.text)")
            await place.expectNothingLeft()
        }
    }
}
