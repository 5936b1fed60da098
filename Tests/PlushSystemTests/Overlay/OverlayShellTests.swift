import Foundation
import Testing

extension SystemTests {
    /// `plush shell`, from a file and on a terminal.
    @Suite struct OverlayShellTests {
        private func shell(_ overlays: OverlayPlace, _ lines: String) async throws -> Program.End {
            try overlays.place.write(lines, to: "lines")
            return try await overlays.shell("plush shell < lines").end()
        }

        @Test func linesOfAFileAreRunOnTheSelectedHosts() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(6)
            let end = try await shell(
                overlays,
                """
                # a remark
                echo $PLUSH_HOSTS
                @local[1-2]
                hosts
                echo on $PLUSH_RANK
                =
                echo streamed
                @
                !echo here
                =
                  true
                """)
            #expect(end.code == 0, "\(end.errorText)")
            #expect(end.lines.prefix(4) == ["local[0-5]: 6", "local[1-2]", "local1: on 1", "local2: on 2"])
            #expect(end.lines[4] == "output is shown as it comes")
            #expect(Set(end.lines[5...6]) == ["local1: streamed", "local2: streamed"])
            #expect(end.lines[7...] == ["here", "output is folded at the end"])
            #expect(end.errorText.contains("6 hosts: 6 ok") && end.errorText.contains("2 hosts: 2 ok"))
            try await overlays.down()
        }

        @Test func theCodeIsThatOfTheLastLine() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(3)
            for (lines, code) in [
                ("exit 3\ntrue\n", 0), ("true\nexit 3", 1), ("!exit 4\n", 4), ("@nosuch\n", 2), ("kill\n", 2),
                ("exit 3\nquit\ntrue\n", 1), ("logs 99\n", 2), ("", 0),
            ] {
                let end = try await shell(overlays, lines)
                #expect(end.code == Int32(code), "\(lines): \(end.errorText)")
            }
            let wrong = try await shell(overlays, "@nosuch\n")
            #expect(wrong.errorText == "plush: @: nosuch is no host of overlay lab (it has local[0-2])\n")
            try await overlays.down()
        }

        @Test func questionsAreAnsweredAndGroupsAreKnown() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(5)
            try overlays.place.write("some: local[3-4]\n", to: "home/.plush/groups")
            let end = try await shell(overlays, "@@some\necho x\nstatus\ntree\njobs\nlogs 1\nhelp\n")
            #expect(end.code == 0, "\(end.errorText)")
            #expect(end.lines.first == "local[3-4]: x")
            for text in ["overlay lab: 5 of 5 hosts", "controller (relays for 5)", "1   2 ok", "selects hosts"] {
                #expect(end.text.contains(text), "\(text)")
            }
            let group = try await shell(overlays, "@@none\n")
            #expect(group.code == 2)
            try await overlays.down()
        }

        @Test func aHostThatIsLostIsAnnouncedAndAnOverlayThatIsGoneEndsIt() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(4)
            let end = try await shell(overlays, "@local2\nkill -9 $PPID\n@\ntrue\n")
            #expect(end.code == 3)
            #expect(end.errorText.contains("local2: lost: "), "\(end.errorText)")
            let gone = try await shell(overlays, "!plush down\ntrue\n")
            #expect(gone.code == 5)
            await overlays.expectNothingLeft()
            let none = try await shell(overlays, "true\n")
            #expect(none.code == 2)
        }

        /// On a terminal of tmux, with libedit where that is installed.
        @Test func aTerminalHasCompletionAndAnswersWhileACommandRuns() async throws {
            guard FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux") else {
                print("skipped: there is no tmux (scripts/setup --tests installs it)")
                return
            }
            let overlays = try OverlayPlace()
            try await overlays.up(4)
            let socket = overlays.place.file("tmux")
            func tmux(_ words: String...) async throws -> Program.End {
                try await overlays.place.start(
                    ["/usr/bin/tmux", "-S", socket, "-f", "/dev/null"] + words, environment: ["HOME": overlays.home]
                ).end()
            }
            func shows(_ text: String) async throws -> Bool {
                for _ in 0..<600 {
                    if try await tmux("capture-pane", "-p").text.contains(text) { return true }
                    try await Task.sleep(for: .milliseconds(50))
                }
                return false
            }
            _ = try await tmux("new-session", "-d", "-x", "80", "-y", "30", "\(try Binaries.plush()) shell; sleep 60")
            #expect(try await shows("lab>"))
            _ = try await tmux("send-keys", "test $PLUSH_RANK = 0 || sleep 971.1", "Enter")
            #expect(await overlays.place.waits(for: 3, ["sleep", "971.1"]))
            // What the relays report of it is on its way.
            #expect(try await shows("1 of 4 hosts"))
            _ = try await tmux("send-keys", "Enter")
            #expect(try await shows("3 hosts have not ended: local[1-3]"))
            _ = try await tmux("send-keys", "C-c")
            #expect(try await shows("interrupted in"))
            _ = try await tmux("send-keys", "echo still; echo $((40 + 2))", "Enter")
            #expect(try await shows("42"))
            _ = try await tmux("kill-server")
            try await overlays.down()
        }
    }
}
