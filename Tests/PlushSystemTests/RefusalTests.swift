import Foundation
import Testing

extension SystemTests {
    /// What is refused before anything is launched.
    @Suite struct RefusalTests {
        struct Archive: Sendable, CustomTestStringConvertible {
            let name: String
            /// The shell line that makes `bad.tar` in an empty directory.
            let line: String
            let says: String
            var testDescription: String { name }
        }

        static let archives = [
            Archive(name: "a parent", line: "mkdir in; echo x > evil; cd in; tar -cPf ../bad.tar ../evil", says: ".."),
            Archive(
                name: "a parent inside", line: "mkdir in; echo x > evil; tar -cPf bad.tar in/../evil", says: ".."),
            Archive(name: "a symbolic link", line: "ln -s /etc/passwd link; tar -cf bad.tar link", says: "link"),
            Archive(name: "a hard link", line: "echo x > a; ln a b; tar -cf bad.tar a b", says: "link"),
            Archive(name: "an absolute name", line: "tar -cPf bad.tar /etc/hostname", says: "/etc/hostname"),
            Archive(name: "a pipe", line: "mkfifo pipe; tar -cf bad.tar pipe", says: "pipe"),
            Archive(name: "no archive", line: "echo hello > bad.tar", says: "bad.tar"),
            Archive(name: "nothing", line: ":", says: "bad.tar"),
        ]

        @Test(arguments: archives) func anArchiveThatCouldEscapeIsRefused(_ example: Archive) async throws {
            let place = try Place()
            try await place.tool("/bin/sh", "-c", example.line)
            let software = Specifications.software("s", type: "tar", file: "bad.tar")
            try place.write(
                Specifications.shell("true", software: software, uses: #"<software name="s"/>"#), to: "app.xml")
            let end = try await place.plush("run", "app.xml", "--json").end()
            #expect(end.code == 2)
            #expect(end.errorText.contains("bad.tar"), "\(end.errorText)")
            #expect(end.errorText.contains(example.says), "\(end.errorText)")
            let phases = try end.events().filter { $0.event == "phase" }.map { $0.text("phase") }
            #expect(!phases.contains("launch"))
            #expect(try end.events().allSatisfy { $0.event != "joined" && $0.event != "start" })
            await place.expectNothingLeft()
        }

        struct Document: Sendable, CustomTestStringConvertible {
            let name: String
            let text: String
            let line: Int
            let says: String
            var testDescription: String { name }
        }

        private static let work = Specifications.cluster("w", "true", hosts: 2)

        static let documents = [
            Document(
                name: "an undefined software", text: Specifications.shell("true", uses: "\n<software name=\"none\"/>"),
                line: 5, says: "none"),
            Document(
                name: "a software defined twice",
                text: """
                    <plush><project>
                    \(Specifications.software("s", type: "none", file: "a"))
                    \(Specifications.software("s", type: "none", file: "b"))
                    <configuration>\(work)</configuration></project></plush>
                    """, line: 4, says: "\"s\""),
            Document(
                name: "an undefined configuration",
                text: """
                    <plush><project><configuration name="one">\(work)</configuration>
                    <application name="a"><execution>
                    <configuration name="two"/></execution></application></project></plush>
                    """, line: 7, says: "two"),
            Document(
                name: "an unknown element",
                text: "<plush>\n<project>\n<confguration>\(work)</confguration></project></plush>", line: 3,
                says: "configuration"),
            Document(name: "an unclosed element", text: "<plush>\n<project>\n</plush>", line: 3, says: "project"),
            Document(
                name: "a DOCTYPE", text: "<!DOCTYPE plush SYSTEM \"x\">\n<plush/>", line: 1, says: "DOCTYPE"),
            Document(
                name: "a number that is none",
                text: "<plush><project><configuration><cluster><rspec>\n<num_hosts>many</num_hosts></rspec>"
                    + "<execution><process><path>x</path></process></execution></cluster></configuration>"
                    + "</project></plush>",
                line: 2, says: "many"),
        ]

        @Test(arguments: documents) func aSpecificationThatIsWrongIsNamedByLine(_ example: Document) async throws {
            let place = try Place()
            try place.write(example.text, to: "app.xml")
            for command in ["run", "validate"] {
                let end = try await place.plush(command, "app.xml").end()
                #expect(end.code == 2)
                #expect(end.text == "")
                #expect(end.errorText.hasPrefix("app.xml:\(example.line): "), "\(end.errorText)")
                #expect(end.errorText.contains(example.says), "\(end.errorText)")
                #expect(place.names(in: "tmp") == [])
            }
            await place.expectNothingLeft()
        }

        @Test func resourcesOfOtherTypesAndPoolsThatAreTooSmallAreRefused() async throws {
            let place = try Place()
            let text = Specifications.shell("true", hosts: 3).replacing(
                "</configuration>",
                with: """
                    <resources>
                    <resource type="ssh" group="lab"/></resources></configuration>
                    """)
            try place.write(text, to: "ssh.xml")
            let other = try await place.plush("run", "ssh.xml").end()
            #expect(other.code == 2)
            #expect(other.errorText.contains("ssh.xml:10: "), "\(other.errorText)")
            #expect(other.errorText.contains("\"ssh\""))
            // With hosts of this machine instead it runs.
            #expect(try await place.plush("run", "ssh.xml", "--local", "3").end().code == 0)
            let small = try await place.plush("run", "ssh.xml", "--local", "2").end()
            #expect(small.code == 2)
            #expect(small.errorText.contains("at least 3 hosts"))
            await place.expectNothingLeft()
        }
    }
}
