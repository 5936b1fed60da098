import PlushTree

/// The numbers in the output of many hosts, summarised per place: the line, the text around it, and which number of the
/// line it is.
///
/// It is made from folded output, and made whole at the controller; ``merge(_:)`` is what a relay would do with the
/// parts of its children, and nothing here knows where it runs.
public struct OutputStatistics: Sendable, Equatable {
    /// Lines that differ in their numbers alone.
    public struct Line: Sendable, Equatable {
        /// The place of the line in the output, from 1.
        public let number: Int
        /// The texts around the numbers, blanks made one: one more than there are numbers.
        public let texts: [String]
        /// The hosts that printed it.
        public internal(set) var ranks: RankSet
        /// Its numbers from left to right.
        public internal(set) var tallies: [NumberTally]
    }

    private struct Key: Hashable {
        let number: Int
        let texts: [String]
    }

    private var lineByKey: [Key: Line] = [:]

    /// Statistics of nothing.
    public init() {}

    /// Adds the output of hosts that printed the same.
    public mutating func add(_ output: [UInt8], _ ranks: RankSet) {
        var lines = output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        for (index, bytes) in lines.enumerated() {
            let words = NumberedText(bytes)
            let key = Key(number: index + 1, texts: words.texts)
            var line =
                lineByKey[key]
                ?? Line(
                    number: key.number, texts: key.texts, ranks: RankSet(),
                    tallies: words.numbers.map { _ in NumberTally() })
            line.ranks.formUnion(ranks)
            for (place, number) in words.numbers.enumerated() { line.tallies[place].add(number, ranks) }
            lineByKey[key] = line
        }
    }

    /// Adds the statistics of other hosts.
    public mutating func merge(_ other: OutputStatistics) {
        for (key, line) in other.lineByKey {
            guard var mine = lineByKey[key] else {
                lineByKey[key] = line
                continue
            }
            mine.ranks.formUnion(line.ranks)
            for place in mine.tallies.indices { mine.tallies[place].merge(line.tallies[place]) }
            lineByKey[key] = mine
        }
    }

    /// The lines in their order, of several in one place those of more hosts first.
    public var lines: [Line] {
        lineByKey.values.sorted { left, right in
            let (a, b) = (left.ranks.count, right.ranks.count)
            return (left.number, -a, left.ranks.first ?? Rank(0), left.texts.joined())
                < (right.number, -b, right.ranks.first ?? Rank(0), right.texts.joined())
        }
    }
}
