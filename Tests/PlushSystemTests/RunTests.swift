import Foundation
import Testing

extension SystemTests {
    /// `plush run`: applications through their whole life.
    @Suite struct RunTests {
        private func example(_ name: String, _ place: Place) async throws {
            let end = try await place.plush("init", name).end()
            try #require(end.code == 0)
            try place.write(end.output, to: "\(name).xml")
        }

        @Test func theFirstExampleRunsOnSixteenAgents() async throws {
            let place = try Place()
            try await example("hello", place)
            let end = try await place.plush("run", "hello.xml", "--fanout", "3").end()
            #expect(end.code == 0)
            #expect(
                Set(end.lines) == Set((0..<16).map { "local\($0): hello from local\($0), rank \($0) of 16" }))
            #expect(end.lines.count == 16)
            let phases = [
                "resources", "launch: 16 of 16", "transfer", "barrier", "execution", "shutdown",
                "16 hosts: 16 ok",
            ]
            var rest = Substring(end.errorText)
            for phase in phases {
                let found = try #require(rest.range(of: phase), "\(phase) is missing in \(end.errorText)")
                rest = rest[found.upperBound...]
            }
            await place.expectNothingLeft()
        }

        @Test func theSecondExampleCollectsItsResults() async throws {
            let place = try Place()
            try await example("files", place)
            let end = try await place.plush("run", "files.xml", "--output", "results").end()
            #expect(end.code == 0, "\(end.errorText)")
            let lines = try String(contentsOfFile: "/usr/lib/os-release", encoding: .utf8).split(separator: "\n").count
            #expect(Set(place.names(in: "results")) == Set((0..<16).map { "local\($0)" }))
            for host in place.names(in: "results") {
                #expect(try place.read("results/\(host)/result.txt") == "\(host) \(lines) lines\n")
            }
            await place.expectNothingLeft()
        }

        @Test func theExampleWithBarriersGoesThroughItsPhases() async throws {
            let place = try Place()
            try await example("barriers", place)
            let end = try await place.plush("run", "barriers.xml").end()
            #expect(end.code == 0, "\(end.errorText)")
            let reports = (0..<16).map { "local\($0): number \($0)" }
            let rounds = (0..<16).flatMap { rank in (1...3).map { "local\(rank): passed \($0)" } }
            #expect(end.lines.sorted() == (reports + rounds).sorted())
            #expect(Set(end.lines.suffix(16)) == Set(reports))
            for barrier in ["prepared", "round", "counted"] {
                #expect(end.errorText.contains("barrier \(barrier): 16 of 16 hosts"), "\(end.errorText)")
            }
            await place.expectNothingLeft()
        }

        /// An archive and a plain file, a relative program, environment, working directory, outputs, clean-up.
        private func installed(_ place: Place) async throws -> String {
            try place.write(
                "#!/bin/sh\necho \"$MODE in ${PWD##*/}: $*\"; cp ../table.txt result.txt\n",
                to: "pack/bin/tool", isExecutable: true)
            try place.write("inside\n", to: "pack/work/here.txt")
            try await place.tool("tar", "-czf", place.file("pack.tgz"), "-C", place.file("pack"), "bin", "work")
            try place.write("a table\n", to: "table.txt")
            return """
                <plush><project name="p">
                \(Specifications.software("pack", type: "tgz", file: "pack.tgz"))
                \(Specifications.software("data", type: "none", file: "table.txt"))
                <configuration name="c"><cluster name="w"><software name="pack"/><software name="data"/>
                <rspec><num_hosts>5</num_hosts></rspec>
                <execution><process name="tool"><path>bin/tool</path>
                <cmdline><arg>one</arg><arg> a  b </arg></cmdline>
                <environment><variable name="MODE">fast</variable></environment>
                <cwd>work</cwd></process></execution>
                <output><path>work/result.txt</path><path>work/here.txt</path></output>
                <cleanup><command>cat work/result.txt &gt;&gt; '\(place.file("cleaned"))'</command></cleanup>
                </cluster></configuration></project></plush>
                """
        }

        @Test func softwareIsInstalledRunCollectedAndCleanedUp() async throws {
            let place = try Place()
            try place.write(try await installed(place), to: "app.xml")
            let end = try await place.plush("run", "app.xml", "--output", "out", "--fanout", "2").end()
            #expect(end.code == 0, "\(end.errorText)")
            #expect(Set(end.lines) == Set((0..<5).map { "local\($0): fast in work: one  a  b " }))
            for host in place.names(in: "out") {
                #expect(try place.read("out/\(host)/work/result.txt") == "a table\n")
                #expect(try place.read("out/\(host)/work/here.txt") == "inside\n")
                #expect(try place.read("out/\(host)/tool.out") == "fast in work: one  a  b \n")
            }
            #expect(place.names(in: "out").count == 5)
            // Clean-up saw the files, on every host.
            #expect(try place.read("cleaned") == String(repeating: "a table\n", count: 5))
            await place.expectNothingLeft()
        }

        @Test func clustersRunTogetherAndConfigurationsOneAfterAnother() async throws {
            let place = try Place()
            let log = place.file("log")
            // Each cluster waits for a word of the other: they only end when they run at the same time.
            func meets(_ own: String, _ other: String) -> String {
                "touch '\(log).\(own)'; until [ -e '\(log).\(other)' ]; do sleep 0.05; done; "
                    + "echo first &gt;&gt; '\(log)'; echo \(own) $PLUSH_RANK"
            }
            try place.write(
                """
                <plush><project name="p">
                <configuration name="one">
                \(Specifications.cluster("left", meets("left", "right"), hosts: 2))
                \(Specifications.cluster("right", meets("right", "left"), hosts: 3))
                </configuration>
                <configuration name="two">
                \(Specifications.cluster("both", "echo second &gt;&gt; '\(log)'", hosts: 4))
                </configuration>
                <application name="a"><execution>
                <configuration name="one"/><configuration name="two"/><configuration name="two"/>
                </execution></application></project></plush>
                """, to: "app.xml")
            let end = try await place.plush("run", "app.xml", "--json").end()
            #expect(end.code == 0, "\(end.errorText)")
            #expect(
                try place.read("log")
                    == String(repeating: "first\n", count: 5) + String(repeating: "second\n", count: 8))
            let summary = try end.summary()
            #expect(summary.number("targets") == 5)
            #expect(summary.outcomes["ok"] == 5)
            let starts = try end.events().filter { $0.event == "start" }
            #expect(starts.map { $0.text("name") } == ["left-work", "right-work", "both-work", "both-work"])
            #expect(starts.map(\.hosts.count) == [2, 3, 4, 4])
            let ranks = try end.events().filter { $0.event == "output" }.map { $0.text("text") }
            #expect(Set(ranks) == ["left 0\n", "left 1\n", "right 2\n", "right 3\n", "right 4\n"])
            await place.expectNothingLeft()
        }

        @Test func cleanUpHappensAfterFailuresAndAfterAnInterrupt() async throws {
            let place = try Place()
            let after = "<cleanup><command>echo gone &gt;&gt; '\(place.file("cleaned"))'</command></cleanup>"
            try place.write(Specifications.shell("exit 9", hosts: 2, after: after), to: "fails.xml")
            let failed = try await place.plush("run", "fails.xml").end()
            #expect(failed.code == 1)
            #expect(failed.errorText.contains("local[0-1]: execution: workers-work: exit 9"))
            #expect(try place.read("cleaned") == "gone\ngone\n")

            try place.write(Specifications.shell("exec sleep 989.1", hosts: 2, after: after), to: "waits.xml")
            let program = try place.plush("run", "waits.xml")
            #expect(await place.waits(for: 2, ["sleep", "989.1"]))
            program.signal(SIGINT)
            #expect(try await program.end().code == 130)
            #expect(try place.read("cleaned") == "gone\ngone\ngone\ngone\n")
            await place.expectNothingLeft()
        }

        @Test func figureThreeRunsOnFiftyLocalHostsWithItsPackageFromAServer() async throws {
            let place = try Place()
            try await example("paper-figure-3", place)
            let text = try place.read("paper-figure-3.xml")
            let local = text.replacing(#"type="plab""#, with: #"type="local""#)
            #expect(local != text)
            try place.write(local, to: "figure.xml")
            try place.write("#!/bin/sh\necho \"demo $1\"\n", to: "demo/demo.exe", isExecutable: true)
            try await place.tool("tar", "-cf", place.file("demo.tar"), "-C", place.file("demo"), "demo.exe")
            let archive = Array(try Data(contentsOf: URL(fileURLWithPath: place.file("demo.tar"))))
            let server = try WebServer(body: archive)
            defer { server.stop() }
            let proxy = ["http_proxy": "http://127.0.0.1:\(server.port)"]
            let end = try await place.plush("run", "figure.xml", "--fanout", "4", environment: proxy).end()
            #expect(end.code == 0, "\(end.errorText)")
            #expect(Set(end.lines) == Set((0..<50).map { "local\($0): demo 300" }))
            #expect(end.errorText.contains("50 hosts: 50 ok"))
            // Fetched once, by the controller.
            #expect(server.requests == ["GET http://plush.ucsd.edu/demo.tar HTTP/1.1"])

            let asPrinted = try await place.plush("run", "paper-figure-3.xml", "--json", environment: proxy).end()
            #expect(asPrinted.code == 2)
            #expect(asPrinted.text == "")
            #expect(asPrinted.errorText.contains(#"paper-figure-3.xml:22: <resources>: type "plab""#))
            await place.expectNothingLeft()
        }
    }
}
