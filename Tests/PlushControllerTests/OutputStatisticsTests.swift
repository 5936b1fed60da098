import PlushController
import PlushTree
import Testing

/// Numbers in the output of hosts.
@Suite struct OutputStatisticsTests {
    private func lines(_ outputs: [String]) -> [OutputStatistics.Line] {
        var statistics = OutputStatistics()
        for (rank, output) in outputs.enumerated() {
            statistics.add(Array(output.utf8), RankSet(Rank(UInt32(rank))))
        }
        return statistics.lines
    }

    private func summary(_ values: [Double]) throws -> NumberSummary {
        try #require(lines(values.map { "\($0)\n" }).first?.tallies.first?.summary)
    }

    @Test(arguments: [
        ("load 0.53", ["load ", ""]), ("mem=1024kB  free -3e6", ["mem=", "kB free ", ""]),
        ("eth0 n17 v1.2.3 10.0.0.1 a_1", ["eth0 n17 v1.2.3 10.0.0.1 a_1"]), ("2026-11-25", ["", "-", "-", ""]),
        ("12:30", ["", ":", ""]), ("50%", ["", "%"]), ("-", ["-"]), ("1e", ["", "e"]), ("", [""]), ("5.", ["", "."]),
    ])
    func numbersStandAtTheBeginningOfWords(line: String, texts: [String]) {
        #expect(lines([line + "\n"]).first?.texts == texts)
    }

    @Test func theSummaryIsThatOfTheSortedValues() throws {
        let summary = try summary([4, 1, 3, 2])
        #expect(summary.count == 4)
        #expect((summary.minimum, summary.median, summary.mean, summary.maximum) == (1, 2.5, 2.5, 4))
        #expect(summary.outliers == [])
        #expect(try self.summary([-7]).median == -7)
    }

    @Test func valuesFarFromTheMiddleHalfAreOutliersTheFurthestFirst() throws {
        let far = try summary([1, 2, 3, 4, 5, 6, 7, 8, 100, -300])
        #expect(far.outliers.map(\.value) == [-300, 100])
        #expect(far.outliers.map(\.ranks) == [RankSet(Rank(9)), RankSet(Rank(8))])
        // Where nearly all agree, whoever does not is one.
        #expect(try summary([5, 5, 5, 5, 5.1]).outliers.map(\.value) == [5.1])
    }

    @Test func whatDiffersInTextStaysApartAndBlanksDoNotCount() {
        let lines = lines(["mem   7\n", "mem  17\n", "swap 7\n", "mem 7"])
        #expect(lines.map(\.texts) == [["mem ", ""], ["swap ", ""]])
        #expect(lines.map(\.ranks) == [RankSet("0-1,3"), RankSet("2")])
    }

    @Test func partsMergeToTheWholeInAnyOrder() {
        let outputs = (0..<40).map { "a \($0 % 7)\nb \($0)\n" }
        func part(_ ranks: Range<Int>) -> OutputStatistics {
            var statistics = OutputStatistics()
            for rank in ranks { statistics.add(Array(outputs[rank].utf8), RankSet(Rank(UInt32(rank)))) }
            return statistics
        }
        var left = part(0..<13)
        left.merge(part(13..<40))
        var right = part(20..<40)
        right.merge(part(0..<25))
        #expect(left == part(0..<40))
        #expect(right == left)
    }
}
