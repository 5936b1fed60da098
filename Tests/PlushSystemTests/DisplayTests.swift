import Foundation
import Testing

extension SystemTests {
    /// What becomes of the output of commands, and which of them run.
    @Suite struct DisplayTests {
        @Test func errorsStandBelowTheOutputWithFoldAll() async throws {
            let place = try Place()
            let end = try await place.plush("exec", "--local", "3", "-B", "--", "echo no >&2; echo yes").end()
            #expect(end.lines == ["local[0-2]:", "yes", "no"])
            #expect(end.errorText.hasPrefix("3 hosts: 3 ok"))
        }

        @Test func hostsThatDifferAreADiffAgainstMostOfThem() async throws {
            let place = try Place()
            let end = try await place.plush(
                "exec", "--local", "5", "--fanout", "2", "--diff", "--",
                "seq 9; [ $PLUSH_RANK != 3 ] || echo more"
            ).end()
            #expect(end.lines.first == "local[0-2,4] (4):")
            let expected = ["--- local[0-2,4]", "+++ local3 (1)", "@@ -7,3 +7,4 @@", " 7", " 8", " 9", "+more"]
            #expect(Array(end.lines.suffix(7)) == expected)
            let json = try await place.plush(
                "exec", "--local", "3", "--diff", "--json", "--", "echo $((PLUSH_RANK / 2))"
            ).end()
            let difference = try #require(try json.events().first { $0.event == "difference" })
            #expect(difference.text("from") == "local[0-1]")
            #expect(difference.text("text") == "@@ -1,1 +1,1 @@\n-0\n+1")
        }

        @Test func numbersAreSummarised() async throws {
            let place = try Place()
            let end = try await place.plush(
                "exec", "--local", "9", "--stats", "--json", "--",
                "[ $PLUSH_RANK = 4 ] && echo load 90 of x1 || echo load 0.$PLUSH_RANK of x1"
            ).end()
            let statistics = try #require(try end.events().first { $0.event == "statistics" })
            #expect(statistics.text("text") == "load #1 of x1")
            #expect(statistics.number("count") == 9)
            #expect(statistics.fields["max"] as? Double == 90)
            #expect(statistics.fields["median"] as? Double == 0.5)
            let table = try await place.plush("exec", "--local", "2", "--stats", "--", "echo a $PLUSH_RANK").end()
            #expect(table.lines.first == "local[0-1]: a #1")
            #expect(table.lines.last == "  #1            0          0.5          0.5            1")
            #expect(table.lines.allSatisfy { $0.count <= 80 })
        }

        @Test func outputGoesToAFilePerHost() async throws {
            let place = try Place()
            try place.write("old", to: "out/local1.err")
            let end = try await place.plush(
                "exec", "--local", "3", "--outdir", "out", "--",
                "echo out $PLUSH_HOST; [ $PLUSH_RANK != 2 ] || echo no >&2"
            ).end()
            #expect(end.code == 0)
            #expect(end.text == "")
            #expect(place.names(in: "out") == ["local0.out", "local1.out", "local2.err", "local2.out"])
            #expect(try place.read("out/local1.out") == "out local1\n")
            #expect(try place.read("out/local2.err") == "no\n")
        }

        @Test func hostsThatFailAreWrittenForAnotherTry() async throws {
            let place = try Place()
            let end = try await place.plush(
                "exec", "--local", "6", "--retry-file", "again", "--", "exit $((PLUSH_RANK / 4))"
            ).end()
            #expect(end.code == 1)
            #expect(try place.read("again") == "# 6 hosts, 2 to try again\nlocal[4-5]  # exit 1\n")
            let tree = try await place.plush("tree", "-w", "^again").end()
            #expect(tree.text.contains("local[4-5]"), "\(tree.errorText)")
            let all = try await place.plush("exec", "--local", "2", "--retry-file", "again", "--", "true").end()
            #expect(all.code == 0)
            #expect(try place.read("again") == "# 2 hosts, 0 to try again\n")
        }

        @Test func noMoreThanSoManyCommandsRunAtOnce() async throws {
            let place = try Place()
            // Each command says how many there are while it runs.
            let line =
                "mkdir \(place.file("now"))/$PLUSH_RANK; ls \(place.file("now")) | wc -l; sleep 0.05; "
                + "rmdir \(place.file("now"))/$PLUSH_RANK; [ $PLUSH_RANK != 7 ]"
            try FileManager.default.createDirectory(atPath: place.file("now"), withIntermediateDirectories: true)
            let end = try await place.plush(
                "exec", "--local", "20", "--fanout", "3", "--fanout-commands", "4", "--", line
            ).end()
            #expect(end.code == 1)
            #expect(end.lines.count == 20)
            #expect(
                end.lines.compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }.allSatisfy {
                    (1...4).contains($0)
                })
            #expect(end.errorText.contains("20 hosts: 19 ok, 1 failed"), "\(end.errorText)")
            await place.expectNothingLeft()
        }

        @Test func anInterruptionEndsTheWaitForATurn() async throws {
            let place = try Place()
            let program = try place.plush(
                "exec", "--local", "6", "--fanout-commands", "2", "--json", "--", "sleep", "3117")
            #expect(await place.waits(for: 2, ["sleep", "3117"]))
            program.signal(SIGINT)
            let end = try await program.end()
            #expect(end.code == 130)
            let summary = try end.summary()
            #expect(summary.outcomes["failed"] == 2)
            #expect(summary.outcomes["notStarted"] == 4)
            await place.expectNothingLeft()
        }

        @Test func standardInputReachesEveryCommand() async throws {
            let place = try Place()
            let text = (0..<100_000).map { "line \($0)\n" }.joined()
            try place.write(text, to: "input")
            let plush = try Binaries.plush()
            let line = "\(plush) exec --local 5 --fanout 2 -i -b -- 'wc -c; ls ../app/*' < input"
            let end = try await place.start(["/bin/sh", "-c", line]).end()
            #expect(end.lines == ["local[0-4]: \(text.utf8.count)"], "\(end.errorText)")
            let none = try await place.start(["/bin/sh", "-c", "\(plush) exec --local 2 -i -b -- wc -c < /dev/null"])
                .end()
            #expect(none.lines == ["local[0-1]: 0"], "\(none.errorText)")
            await place.expectNothingLeft()
        }

        @Test(arguments: [
            (["exec", "--local", "2", "-b", "--diff", "--", "true"], "-b and --diff exclude each other"),
            (["exec", "--local", "2", "--pick", "1", "--", "true"], "--pick"),
            (["exec", "-w", "n1", "--seed", "1", "--", "true"], "--seed is for --pick"),
            (["exec", "--local", "2", "--fanout-commands", "0", "--", "true"], "1 or more"),
            (["exec", "--hostfile", "-", "-i", "--", "true"], "read once"),
            (["exec", "--local", "2", "--retry-file", "/nowhere/x", "--", "true"], "--retry-file"),
            (["tree", "-w", "^nowhere"], "there is no such file"), (["tree", "-w", "^"], "a file is missing"),
            (["tree", "-w", "@nothing"], "there is no group"), (["nodeset", "n[3-1]"], "set 1: character 3"),
        ])
        func whatMeansNothingIsAUsageError(arguments: [String], telling: String) async throws {
            let place = try Place()
            let end = try await place.start([Binaries.plush()] + arguments, environment: ["HOME": place.path]).end()
            #expect(end.code == 2)
            #expect(end.errorText.contains(telling), "\(end.errorText)")
        }

        @Test func coloursAreForTerminalsAlone() async throws {
            let place = try Place()
            let plain = try await place.plush("exec", "--local", "1", "-b", "--", "echo x").end()
            #expect(plain.lines == ["local0: x"])
            let forced = try await place.plush("exec", "--local", "1", "-b", "--color", "always", "--", "echo x").end()
            #expect(forced.lines == ["\u{1b}[36mlocal0\u{1b}[0m: x"])
        }
    }
}
