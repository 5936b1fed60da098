import Foundation
import Testing

extension SystemTests {
    /// `plush nodeset`, `--pick`, `plush doctor`, and the groups of files and commands.
    @Suite struct NodeSetCommandTests {
        private func place() throws -> Place {
            let place = try Place()
            try place.write("gpu: n[1-3],\n  m7\nio: n[3-4]\n# all hosts\nall: n[1-9],m7\n", to: ".plush/groups")
            try place.write(
                "[cluster]\nmap: [ $GROUP = lab ] && echo 'x[1-2]'\nlist: echo lab\nall: echo \"x[1-5]\"\n",
                to: ".plush/groups.conf")
            try place.write(
                "<directory><group name=\"dir\" user=\"me\"><hosts>d[1-2]</hosts></group></directory>",
                to: ".plush/directory.xml")
            return place
        }

        private func nodeset(_ place: Place, _ words: String...) async throws -> Program.End {
            try await place.start([Binaries.plush(), "nodeset"] + words, environment: ["HOME": place.path]).end()
        }

        @Test(arguments: [
            (["-f", "n1", "n2", "n3"], "n[1-3]"), (["-c", "n[1-100/2]"], "50"), (["-e", "n[8-10]!n9"], "n8 n10"),
            (["-f", "@gpu"], "m7,n[1-3]"), (["-f", "@gpu&@io"], "n3"), (["-f", "@*!n*"], "m7"),
            (["-f", "@cluster:lab"], "x[1-2]"), (["-f", "@cluster:*"], "x[1-5]"), (["-f", "@dir"], "me@d[1-2]"),
            (["-l", "cluster"], "@cluster:lab"),
            (["-l"], "@local:all @local:gpu @local:io @directory:dir @cluster:lab"),
            (["-e", "--separator", "\\n", "a,b"], "a\nb"),
            (["--json", "-c", "n[1-3]"], "{\"event\":\"nodeset\",\"count\":3}"),
        ])
        func setsAndGroupsAreAnswered(arguments: [String], answer: String) async throws {
            let place = try place()
            let end = try await place.start(
                [Binaries.plush(), "nodeset"] + arguments, environment: ["HOME": place.path]
            ).end()
            #expect(end.text == answer + "\n", "\(end.errorText)")
        }

        @Test func groupsThatAreWrongSayWhere() async throws {
            let place = try place()
            let unknown = try await nodeset(place, "@nothing")
            #expect(unknown.code == 2)
            #expect(unknown.errorText.contains("there is no group \"nothing\"; there are gpu, io, all, dir"))
            let injected = try await nodeset(place, "@cluster:$(id)")
            #expect(injected.errorText.contains("is no name of a group"), "\(injected.errorText)")
            try place.write("gpu n1\n", to: ".plush/groups")
            let bad = try await nodeset(place, "@gpu")
            #expect(bad.errorText.contains("groups:1: found no colon; write NAME: HOSTS"), "\(bad.errorText)")
        }

        @Test func aSeedPicksTheSameHostsAgain() async throws {
            let place = try place()
            func picked(_ seed: String) async throws -> String {
                let end = try await place.plush("tree", "-w", "n[1-100]", "--pick", "5", "--seed", seed).end()
                #expect(end.text.contains("5 hosts"))
                return end.errorText
            }
            let first = try await picked("1")
            #expect(first.hasPrefix("plush: picked n["))
            #expect(try await picked("1") == first)
            #expect(try await picked("2") != first)
        }

        @Test func theDoctorFindsAWorkingAgentAndNamesLimitsThatAreTooLow() async throws {
            let place = try place()
            let well = try await place.plush("doctor", "--hosts", "10", "--on-this-machine", "--json").end()
            let findings = try well.events()
            #expect(findings.first { $0.text("name") == "trial" }?.text("verdict") == "ok", "\(well.text)")
            #expect(Set(findings.map(\.event)) == ["finding"])
            let ill = try await place.plush("doctor", "--hosts", "20000", "--tree", "flat", "--agent", "/none").end()
            #expect(ill.code == 1)
            #expect(ill.text.contains("failed: agent: there is no agent at /none"))
            #expect(!ill.text.contains("trial"), "what cannot be found is not tried")
            await place.expectNothingLeft()
        }

        @Test func everyCommandHasExamples() async throws {
            let place = try place()
            let help = try await place.plush("--help").end()
            let commands = help.lines.drop { $0 != "SUBCOMMANDS:" }.dropFirst()
                .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See") }
                .compactMap { $0.split(separator: " ").first.map(String.init) }
            #expect(commands.count >= 10)
            for command in commands where command != "help" {
                let text = try await place.plush("help", command).end().text
                #expect(text.contains("Examples:") && text.contains("plush \(command)"), "\(command)")
            }
        }
    }
}
