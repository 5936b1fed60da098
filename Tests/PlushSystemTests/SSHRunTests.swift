import Foundation
import Testing

extension SystemTests {
    /// `plush run` over SSH: applications whose hosts a directory file names.
    @Suite(.enabled(if: SSHFarm.isAvailable, "there is no sshd: scripts/setup --tests installs one"))
    struct SSHRunTests {
        /// Figure 3 of the paper as printed, its package on a web server, its group in a directory file.
        private struct Figure {
            let server: WebServer
            let environment: [String: String]

            init(_ farm: SSHFarm) async throws {
                let place = farm.place
                let text = try await place.plush("init", "paper-figure-3").end()
                try #require(text.code == 0)
                try place.write(text.output, to: "figure.xml")
                try place.write(
                    """
                    <directory>
                      <group name="ucsd_3" type="plab" user="\(NSUserName())"> <hosts>\(farm.nodes)</hosts> </group>
                    </directory>

                    """, to: "directory.xml")
                try place.write("#!/bin/sh\necho \"demo $1\"\n", to: "demo/demo.exe", isExecutable: true)
                try await place.tool("tar", "-cf", place.file("demo.tar"), "-C", place.file("demo"), "demo.exe")
                server = try WebServer(body: Array(try Data(contentsOf: URL(fileURLWithPath: place.file("demo.tar")))))
                environment = ["http_proxy": "http://127.0.0.1:\(server.port)"]
            }
        }

        @Test func figureThreeRunsAsPrintedOnFiftyHosts() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 50)
            let figure = try await Figure(farm)
            defer { figure.server.stop() }
            let end = try await farm.plush(
                "run", "figure.xml", "--directory", place.file("directory.xml"), "--fanout", "4",
                environment: figure.environment
            ).end()
            #expect(end.code == 0, "\(end.errorText)")
            #expect(Set(end.lines) == Set(farm.hosts.map { "\($0): demo 300" }))
            #expect(end.lines.count == 50)
            #expect(end.errorText.contains("50 hosts: 50 ok"), "\(end.errorText)")
            #expect(figure.server.requests == ["GET http://plush.ucsd.edu/demo.tar HTTP/1.1"])
            await farm.expectNothingLeft()
            for host in farm.hosts { _ = try farm.cachedAgent(host) }
        }

        @Test func withTwoDeadItGoesOnWhereThatIsAllowed() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 50)
            let figure = try await Figure(farm)
            defer { figure.server.stop() }
            try await farm.exec().expectAllOK(50)
            let (refusing, silent) = (farm.hosts[6], farm.hosts[30])
            try await farm.fake("refused", refusing)
            try await farm.fake("silent", silent)
            let printed = try place.read("figure.xml")
            let words = ["--directory", place.file("directory.xml"), "--json", "-t", "10s"]

            // As printed all 50 are needed.
            let strict = try JSONSummary(
                await farm.plush("run", ["figure.xml"] + words, environment: figure.environment).end())
            #expect(strict.code == 3)
            #expect(strict.count("ok") == 0)
            #expect(strict.count("unreachable") == 2, "\(strict.account)")
            #expect(strict.count("notStarted") == 48)
            #expect(strict.output == [:])

            let least = "<num_hosts>50</num_hosts ><min_hosts>48</min_hosts>"
            let lenient = printed.replacing("<num_hosts>50</num_hosts >", with: least)
            #expect(lenient != printed)
            try place.write(lenient, to: "lenient.xml")
            let end = try JSONSummary(
                await farm.plush("run", ["lenient.xml"] + words, environment: figure.environment).end())
            #expect(end.code == 0, "\(end.account)")
            #expect(end.count("ok") == 48, "\(end.account)")
            #expect(end.count("unreachable") == 2)
            #expect(Set(end.output.keys) == Set(farm.hosts).subtracting([refusing, silent]))
            #expect(Set(end.output.values) == ["demo 300\n"])
            #expect(end.cause(refusing).contains("refused"), "\(end.account)")
            #expect(end.cause(silent) != "" && end.cause(silent) != end.cause(refusing), "\(end.account)")
            #expect(end.remedy(silent) != "")
            await farm.expectNothingLeft()
        }

        @Test func aSpareOfTheGroupTakesThePlaceOfAHostThatFails() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 8)
            try await farm.fake("refused", farm.hosts[1])
            try place.write(
                """
                <directory><group name="lab" type="ssh" user="\(NSUserName())">
                <hosts>\(farm.nodes)</hosts></group></directory>
                """, to: "directory.xml")
            let text = Specifications.shell("echo $PLUSH_HOST", hosts: 6, after: "")
            let resources = #"<resources><resource type="ssh" group="lab"/></resources></configuration>"#
            try place.write(text.replacing("</configuration>", with: resources), to: "app.xml")
            let end = try JSONSummary(
                await farm.plush("run", "app.xml", "--directory", place.file("directory.xml"), "--json").end())
            #expect(end.code == 0, "\(end.account)")
            #expect(end.count("ok") == 6, "\(end.account)")
            #expect(!end.output.keys.contains(farm.hosts[1]))
            #expect(end.output.allSatisfy { $0.value == $0.key + "\n" })
            #expect(end.events.filter { $0.event == "replaced" }.map { $0.text("host") } == [farm.hosts[1]])
            await farm.expectNothingLeft()
        }

        @Test func softwareGoesInAndResultsComeOut() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 5)
            try place.write("one\ntwo\n", to: "table.txt")
            let after = """
                <output><path>count.txt</path></output>
                <cleanup><command>echo gone &gt;&gt; '\(place.file("cleaned"))'</command></cleanup>
                """
            let text = Specifications.shell(
                "wc -l &lt; table.txt &gt; count.txt", hosts: 5,
                software: Specifications.software("data", type: "none", file: "table.txt"),
                uses: #"<software name="data"/>"#, after: after)
            try place.write(text, to: "app.xml")
            let end = try await farm.plush(
                "run", "app.xml", "-w", farm.nodes, "--fanout", "2", "--output", "out"
            ).end()
            #expect(end.code == 0, "\(end.errorText)")
            #expect(Set(place.names(in: "out")) == Set(farm.hosts))
            for host in farm.hosts { #expect(try place.read("out/\(host)/count.txt") == "2\n") }
            #expect(try place.read("cleaned") == String(repeating: "gone\n", count: 5))
            await farm.expectNothingLeft()
            for host in farm.hosts { _ = try farm.cachedAgent(host) }
        }

        @Test func aGroupThatNoDirectoryKnowsIsAFault() async throws {
            let place = try Place()
            let farm = try await SSHFarm(place, hosts: 1)
            let figure = try await Figure(farm)
            defer { figure.server.stop() }
            try place.write(
                #"<directory><group name="ucsd_4"><hosts>127.77.0.1</hosts></group></directory>"#,
                to: "directory.xml")
            let end = try await farm.plush(
                "run", "figure.xml", "--directory", place.file("directory.xml"), environment: figure.environment
            ).end()
            #expect(end.code == 2)
            #expect(end.errorText.contains("ucsd_3"), "\(end.errorText)")
            #expect(figure.server.requests == [])
        }
    }
}
