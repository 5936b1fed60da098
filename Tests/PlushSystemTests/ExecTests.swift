import Testing

extension SystemTests {
    /// `plush exec`, as people use it.
    @Suite struct ExecTests {
        @Test func equalOutputIsOneFoldedLineAndAnAccount() async throws {
            let place = try Place()
            let name = try await place.start(["hostname"]).end().lines
            let end = try await place.plush("exec", "--local", "16", "--tree", "kary:3", "-b", "--", "hostname").end()
            #expect(end.code == 0)
            #expect(end.lines == ["local[0-15]: \(try #require(name.first))"])
            #expect(end.errorText.hasPrefix("16 hosts: 16 ok in "))
            #expect(end.errorText.split(separator: "\n").count == 1)
            await place.expectNothingLeft()
        }

        @Test func differentOutputIsFoldedByContent() async throws {
            let place = try Place()
            let end = try await place.plush(
                "exec", "--local", "9", "--fanout", "2", "-b", "--",
                "echo $((PLUSH_RANK % 2)); [ $PLUSH_RANK != 4 ] || echo four >&2"
            ).end()
            #expect(end.code == 0)
            // The host that also printed an error is a group of its own.
            #expect(end.lines == ["local[0,2,6,8]: 0", "local[1,3,5,7]: 1", "local4: 0"])
            #expect(end.errorText.hasPrefix("local4: four\n9 hosts: 9 ok"))
            await place.expectNothingLeft()
        }

        @Test func severalWordsAreAnArgumentVectorAndOneIsAShellLine() async throws {
            let place = try Place()
            let vector = try await place.plush("exec", "--local", "2", "-b", "--", "echo", "$HOME", "a  b;").end()
            #expect(vector.lines == ["local[0-1]: $HOME a  b;"])
            let line = try await place.plush(
                "exec", "--local", "2", "-b", "--", "echo $WORD $WORD", environment: ["WORD": "here"]
            ).end()
            #expect(line.lines == ["local[0-1]: here here"])
            await place.expectNothingLeft()
        }

        @Test func labelsBeginEveryLine() async throws {
            let place = try Place()
            let end = try await place.plush(
                "exec", "--local", "3", "-L", "--", "echo $PLUSH_HOST; echo; echo of $PLUSH_HOSTS >&2"
            ).end()
            #expect(end.code == 0)
            #expect(
                end.lines.sorted() == [
                    "local0: ", "local0: local0", "local1: ", "local1: local1", "local2: ", "local2: local2",
                ])
            let errors = end.errorText.split(separator: "\n").map(String.init)
            #expect(Set(errors.dropLast()) == ["local0: of 3", "local1: of 3", "local2: of 3"])
            await place.expectNothingLeft()
        }

        @Test func everyRankIsHeardExactlyOnceAndStreamsStayApart() async throws {
            let place = try Place()
            let end = try await place.plush(
                "exec", "--local", "30", "--fanout", "3", "--", "echo $PLUSH_RANK; echo error $PLUSH_RANK >&2"
            ).end()
            #expect(end.code == 0)
            #expect(end.lines.compactMap { Int($0) }.sorted() == Array(0..<30))
            let errors = end.errorText.split(separator: "\n").map(String.init)
            #expect(Set(errors.dropLast()) == Set((0..<30).map { "error \($0)" }))
            #expect(errors.count == 31)
            await place.expectNothingLeft()
        }

        @Test func everyLineOfJSONParsesAndTheLastIsTheSummary() async throws {
            let place = try Place()
            let end = try await place.plush(
                "exec", "--local", "5", "--fanout", "2", "--json", "-v", "--",
                "echo out; echo err >&2; [ $PLUSH_RANK -lt 3 ] || exit 7"
            ).end()
            #expect(end.code == 1)
            #expect(end.errorText == "")
            let summary = try end.summary()
            #expect(summary.number("targets") == 5)
            #expect(summary.outcomes["ok"] == 3)
            #expect(summary.outcomes["failed"] == 2)
            let events = try end.events()
            let outcomes = events.filter { $0.event == "outcome" }
            #expect(outcomes.map { $0.text("outcome") } == ["ok", "failed"])
            #expect(outcomes.map(\.hosts) == [["local0", "local1", "local2"], ["local3", "local4"]])
            #expect(outcomes.last?.number("code") == 7)
            #expect(outcomes.last?.text("remedy").isEmpty == false)
            for (stream, text) in [("stdout", "out\n"), ("stderr", "err\n")] {
                let pieces = events.filter { $0.event == "output" && $0.text("stream") == stream }
                #expect(pieces.allSatisfy { $0.text("text") == text })
                #expect(pieces.flatMap(\.hosts).sorted() == (0..<5).map { "local\($0)" })
            }
            #expect(events.filter { $0.event == "start" }.map(\.hosts.count) == [5])
            #expect(events.filter { $0.event == "joined" }.count == 5)
            await place.expectNothingLeft()
        }

        @Test func bytesThatAreNoTextComeInBase64() async throws {
            let place = try Place()
            let end = try await place.plush("exec", "--local", "2", "-b", "--json", "--", #"printf '\377\000x'"#).end()
            let outputs = try end.events().filter { $0.event == "output" }
            #expect(outputs.map { $0.text("base64") } == ["/wB4"])
            #expect(outputs.map(\.hosts) == [["local0", "local1"]])
            await place.expectNothingLeft()
        }

        @Test func outputWithoutAFinalNewlineArrivesWhole() async throws {
            let place = try Place()
            let command = "printf 'one\\ntwo-%s' $PLUSH_RANK"
            let plain = try await place.plush("exec", "--local", "3", "--", command).end()
            #expect(plain.lines.sorted() == ["one", "one", "one", "two-0", "two-1", "two-2"])
            let folded = try await place.plush("exec", "--local", "3", "-b", "--", "printf 'one\\ntwo'").end()
            #expect(folded.lines == ["local[0-2]:", "one", "two"])
            let alone = try await place.plush("exec", "--local", "1", "--", "printf x").end()
            #expect(alone.text == "x")
            await place.expectNothingLeft()
        }

        @Test func theTreeThatIsDrawnIsTheTreeThatIsBuilt() async throws {
            let place = try Place()
            try place.write("controller: local5\nlocal5: local[0-4]\n", to: "tree")
            let widths = [
                ("chain", 1, 1), ("flat", 6, 6), ("kary:2", 2, 2), ("binomial", 3, 3), ("file:tree", 5, 1),
                ("postal:1ms,1ms", 4, 4),
            ]
            for (shape, widest, rootLinks) in widths {
                let end = try await place.plush("exec", "--local", "6", "--tree", shape, "--json", "-v", "--", "true")
                    .end()
                #expect(end.code == 0)
                let parents = try end.events().filter { $0.event == "joined" }.map { $0.text("parent") }
                let children = Dictionary(grouping: parents) { $0 }.mapValues(\.count)
                #expect(children.values.max() == widest, "\(shape)")
                #expect(children["controller"] == rootLinks, "\(shape)")
            }
            await place.expectNothingLeft()
        }
    }
}
