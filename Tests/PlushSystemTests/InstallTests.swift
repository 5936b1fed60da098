import Foundation
import Testing

extension SystemTests {
    /// `scripts/install`, and what a user has then.
    @Suite struct InstallTests {
        private func install(_ place: Place) async throws {
            let binaries = (try Binaries.plush() as NSString).deletingLastPathComponent
            _ = try Binaries.agent()
            let script = Binaries.package + "/scripts/install"
            try await place.tool(script, "--prefix", place.file("prefix"), "--binaries", binaries)
        }

        @Test func anInstalledPlushFindsItsAgentAndRuns() async throws {
            let place = try Place()
            try await install(place)
            let plush = place.file("prefix/bin/plush")
            let end = try await place.start([plush, "exec", "--local", "3", "-b", "--", "echo here"]).end()
            #expect(end.lines == ["local[0-2]: here"], "\(end.errorText)")
            await place.expectNothingLeft()
            // Twice is once: files are replaced.
            try await install(place)
            #expect(place.names(in: "prefix/bin") == ["plush"])
            #expect(place.names(in: "prefix/libexec") == ["plush-agent"])
        }

        @Test(arguments: [
            ("bash", "bash-completion/completions/plush"), ("zsh", "zsh/site-functions/_plush"),
            ("fish", "fish/vendor_completions.d/plush.fish"),
        ])
        func completionsAreSoundForTheirShell(shell: String, path: String) async throws {
            let place = try Place()
            try await install(place)
            let program = "/usr/bin/\(shell)"
            guard FileManager.default.isExecutableFile(atPath: program) else {
                print("skipped: there is no \(program) (scripts/setup --tests installs it)")
                return
            }
            try await place.tool(program, "-n", place.file("prefix/share/\(path)"))
            #expect(try place.read("prefix/share/\(path)").contains("nodeset"))
        }

        @Test(arguments: [
            ("ex", "exec"), ("exec --host-", "--host-key"), ("tree --format ", "text dot json"),
            ("init paper", "paper-figure-3"), ("validate ap", "app.xml"),
        ])
        func bashCompletesCommandsOptionsValuesAndFiles(typed: String, expected: String) async throws {
            let place = try Place()
            try await install(place)
            try place.write("<plush/>", to: "app.xml")
            try place.write("", to: "apropos")
            try place.write(
                """
                source prefix/share/bash-completion/completions/plush
                COMP_LINE="plush $1"
                read -ra COMP_WORDS <<<"$COMP_LINE"
                [[ $1 != *" " ]] || COMP_WORDS+=("")
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_POINT=${#COMP_LINE}
                _plush plush "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                echo "${COMPREPLY[*]}"

                """, to: "complete.sh")
            let end = try await place.start(["bash", place.file("complete.sh"), typed]).end()
            #expect(end.lines == [expected], "\(end.errorText)")
        }

        @Test func theManualPageIsSoundAndNamesEveryCommand() async throws {
            let place = try Place()
            try await install(place)
            let page = place.file("prefix/share/man/man1/plush.1")
            let end = try await place.start(
                ["man", "--nh", "--nj", "--warnings", "-E", "UTF-8", "-l", page],
                environment: ["MANWIDTH": "80", "MANPAGER": "cat"]
            ).end()
            #expect(end.code == 0)
            #expect(end.errorText == "")
            for command in ["plush run", "plush exec", "plush nodeset", "plush tree", "plush doctor"] {
                #expect(end.text.contains(command), "\(command)")
            }
            #expect(end.lines.allSatisfy { $0.count <= 80 })
            let text = end.lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
                .joined(separator: " ")
            #expect(text.contains("over a tree of agents SYNOPSIS"), "a name is no sentence")
            #expect(text.contains("(values: auto, always, never; default: auto)"))
            #expect(text.contains("the topmost parent is"), "what an option says below its line")
        }

        @Test(arguments: [[], ["--prefix"], ["--nothing"], ["--prefix", "p", "--binaries", "nowhere"]])
        func whatCannotBeInstalledIsRefused(arguments: [String]) async throws {
            let place = try Place()
            // Without arguments it would build: nothing is left of it where it cannot write.
            let words = arguments.isEmpty ? ["--prefix", "/proc/none"] : arguments
            let end = try await place.start([Binaries.package + "/scripts/install"] + words).end()
            #expect(end.code != 0)
            #expect(end.errorText.contains("install"))
        }
    }
}
