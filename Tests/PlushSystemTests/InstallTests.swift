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

        @Test func theManualPageIsSoundAndNamesEveryCommand() async throws {
            let place = try Place()
            try await install(place)
            let page = place.file("prefix/share/man/man1/plush.1")
            let end = try await place.start(
                ["man", "--warnings", "-E", "UTF-8", "-l", page], environment: ["MANWIDTH": "80", "MANPAGER": "cat"]
            ).end()
            #expect(end.code == 0)
            #expect(end.errorText == "")
            for command in ["plush run", "plush exec", "plush nodeset", "plush tree", "plush doctor"] {
                #expect(end.text.contains(command), "\(command)")
            }
            #expect(end.lines.allSatisfy { $0.count <= 80 })
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
