import Foundation
import Testing

extension SystemTests {
    /// `plush exec` on an overlay that is up does what it does on a tree of its own.
    @Suite struct OverlayExecTests {
        @Test func exitCodesAreThoseOfExec() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(6)
            let cases: [([String], Int32)] = [
                (["--", "true"], 0), (["--", "test $PLUSH_RANK -lt 4"], 1), (["-S", "--", "exit $PLUSH_RANK"], 5),
                (["-u", "300ms", "--", "sleep 978.1"], 4), (["--deadline", "300ms", "--", "sleep 978.2"], 4),
            ]
            for (words, code) in cases {
                let end = try await overlays.place.start(
                    [Binaries.plush(), "exec"] + words, environment: ["HOME": overlays.home]
                ).end()
                #expect(end.code == code, "\(words): \(end.errorText)")
            }
            let failed = try await overlays.plush("exec", "--", "test $PLUSH_RANK -lt 4").end()
            #expect(failed.errorText.hasPrefix("local[4-5]: exit 1 (see its output)\n6 hosts: 4 ok, 2 failed in "))
            try await overlays.down()
        }

        @Test func hostsAreChosenFromThoseOfTheOverlay() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(12)
            func ranks(_ words: String...) async throws -> [String] {
                let end = try await overlays.place.start(
                    [Binaries.plush(), "exec", "--on", "lab"] + words + ["-b", "--", "echo here"],
                    environment: ["HOME": overlays.home]
                ).end()
                #expect(end.code == 0, "\(end.errorText)")
                return end.lines
            }
            #expect(try await ranks("-w", "local[2-4,7]") == ["local[2-4,7]: here"])
            #expect(try await ranks("-x", "local[0-9]") == ["local[10-11]: here"])
            #expect(try await ranks("-w", "local1*", "-x", "local11") == ["local[1,10]: here"])
            #expect(try await ranks("-w", "local[0-5]&local[4-9]") == ["local[4-5]: here"])
            let picked = try await ranks("--pick", "3", "--seed", "5")
            #expect(try await ranks("--pick", "3", "--seed", "5") == picked)
            try overlays.place.write("@some # of them\n", to: "list")
            try overlays.place.write("some: local[5-6]\n", to: "home/.plush/groups")
            #expect(try await ranks("-w", "^list") == ["local[5-6]: here"])
            try await overlays.down()
        }

        @Test func outputIsShownInEveryWay() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(5)
            let line = "echo v$((PLUSH_RANK / 4)); echo e >&2"
            let labelled = try await overlays.plush("exec", "-L", "--", line).end()
            #expect(labelled.lines.sorted() == (0..<5).map { "local\($0): v\($0 / 4)" })
            let together = try await overlays.plush("exec", "-B", "--", line).end()
            #expect(together.lines == ["local[0-3]:", "v0", "e", "local4:", "v1", "e"])
            let difference = try await overlays.plush("exec", "--diff", "--", line).end()
            #expect(difference.text.contains("-v0") && difference.text.contains("+v1"), "\(difference.text)")
            let statistics = try await overlays.plush("exec", "--stats", "--", "echo load $PLUSH_RANK").end()
            #expect(statistics.text.contains("load"), "\(statistics.text)")
            let files = try await overlays.plush("exec", "--outdir", "out", "--", line).end()
            #expect(files.text == "")
            #expect(overlays.place.names(in: "out").count == 10)
            #expect(try overlays.place.read("out/local4.out") == "v1\n")
            let json = try await overlays.plush("exec", "--json", "-b", "--", line).end()
            #expect(try json.events().map(\.event).filter { $0 == "output" }.count == 4)
            #expect(try json.events().first?.event == "operation")
            #expect(try json.summary().outcomes["ok"] == 5)
            try await overlays.down()
        }

        @Test func standardInputGoesToEveryCommand() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(8, options: ["--fanout", "2"])
            let bytes = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            try overlays.place.write(bytes, to: "image")
            let end = try await overlays.shell("plush exec -i -b -- cksum < image; cksum < image").end()
            #expect(end.lines.count == 2, "\(end.errorText)")
            #expect(end.lines.first == "local[0-7]: " + (end.lines.last ?? ""))
            let none = try await overlays.plush("exec", "-i", "-b", "--", "wc -c").end()
            #expect(none.lines == ["local[0-7]: 0"])
            try await overlays.down()
        }

        @Test func commandsAreBoundedAndHostsToTryAgainAreKept() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(10)
            let end = try await overlays.plush(
                "exec", "--fanout-commands", "3", "--retry-file", "again", "--", "test $PLUSH_RANK -gt 1"
            ).end()
            #expect(end.code == 1)
            #expect(end.errorText.contains("10 hosts: 8 ok, 2 failed"))
            let again = try await overlays.plush("exec", "--on", "lab", "-w", "^again", "-b", "--", "echo again").end()
            #expect(again.lines == ["local[0-1]: again"])
            try await overlays.down()
        }

        @Test func aMegabyteOfEachHostArrivesWhole() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(20, options: ["--fanout", "3"])
            let line = "awk -v r=$PLUSH_RANK 'BEGIN { for (i = 0; i < 1000; i++) printf(\"%d %01000d\\n\", r, i) }'"
            let end = try await overlays.plush("exec", "-L", "--", line).end()
            #expect(end.code == 0)
            let byHost = Dictionary(grouping: end.lines) { $0.prefix { $0 != ":" } }
            #expect(byHost.count == 20)
            for rank in 0..<20 {
                let numbers = byHost["local\(rank)"]?.map { Int($0.split(separator: " ").last ?? "") }
                #expect(numbers == Array(0..<1000))
            }
            try await overlays.down()
        }

        @Test func ctrlCStopsTheOperationAndNotTheOverlay() async throws {
            let overlays = try OverlayPlace()
            try await overlays.up(6)
            let program = try overlays.plush("exec", "--", "sleep 978.3")
            #expect(await overlays.place.waits(for: 6, ["sleep", "978.3"]))
            program.signal(SIGINT)
            let end = try await program.end()
            #expect(end.code == 130)
            #expect(end.errorText.contains("6 hosts: 0 ok, 6 failed, interrupted in"))
            #expect(await overlays.place.waits(for: 0, ["sleep", "978.3"]))
            #expect(try await overlays.plush("exec", "--", "true").end().code == 0)
            try await overlays.down()
        }
    }
}
