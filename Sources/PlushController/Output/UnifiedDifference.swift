/// How one text differs from another, line by line, in the form of `diff -u`.
public struct UnifiedDifference: Sendable, Equatable {
    /// What became of a line.
    public enum Change: String, Sendable {
        /// It is in both.
        case same = " "
        /// It is in the first text alone.
        case removed = "-"
        /// It is in the second text alone.
        case added = "+"
    }

    /// A line with what became of it.
    public struct Line: Sendable, Equatable {
        /// What became of it.
        public let change: Change
        /// Its bytes, without the end of the line.
        public let text: [UInt8]
    }

    /// Lines that changed, with some around them.
    public struct Hunk: Sendable, Equatable {
        /// `@@ -FIRST,COUNT +FIRST,COUNT @@`.
        public let heading: String
        /// The lines in order.
        public let lines: [Line]
    }

    /// The places at which the texts differ, in order; none where they are equal.
    public let hunks: [Hunk]

    /// Lines around what changed.
    private static let context = 3
    /// The product of the lines compared, above which no common lines are looked for between the first and the last
    /// difference: the search may take as many steps.
    private static let effortMax = 16_000_000

    /// Compares two texts. A missing end of the last line makes no difference.
    public init(from old: [UInt8], to new: [UInt8]) {
        hunks = Self.hunks(Self.script(Self.lines(of: old), Self.lines(of: new)))
    }

    private static func lines(of text: [UInt8]) -> [[UInt8]] {
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func script(_ old: [[UInt8]], _ new: [[UInt8]]) -> [Line] {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let (oldRest, newRest) = (old[head...], new[head...])
        let tail = zip(oldRest.reversed(), newRest.reversed()).prefix { $0 == $1 }.count
        let (oldMiddle, newMiddle) = (Array(oldRest.dropLast(tail)), Array(newRest.dropLast(tail)))
        return old[..<head].map { Line(change: .same, text: $0) } + middle(oldMiddle, newMiddle)
            + oldRest.suffix(tail).map { Line(change: .same, text: $0) }
    }

    private static func middle(_ old: [[UInt8]], _ new: [[UInt8]]) -> [Line] {
        var removed: Set<Int> = []
        var added: Set<Int> = []
        if old.count * new.count <= effortMax {
            for change in new.difference(from: old) {
                switch change {
                case .remove(let offset, _, _): removed.insert(offset)
                case .insert(let offset, _, _): added.insert(offset)
                }
            }
        } else {
            removed = Set(old.indices)
            added = Set(new.indices)
        }
        var lines: [Line] = []
        var (from, to) = (0, 0)
        while from < old.count || to < new.count {
            if from < old.count, removed.contains(from) {
                lines.append(Line(change: .removed, text: old[from]))
                from += 1
            } else if to < new.count, added.contains(to) {
                lines.append(Line(change: .added, text: new[to]))
                to += 1
            } else {
                lines.append(Line(change: .same, text: old[from]))
                from += 1
                to += 1
            }
        }
        return lines
    }

    private static func hunks(_ script: [Line]) -> [Hunk] {
        let changed = script.indices.filter { script[$0].change != .same }
        var ranges: [Range<Int>] = []
        for index in changed {
            let range = max(0, index - context)..<min(script.count, index + context + 1)
            if let last = ranges.last, last.upperBound >= range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        var (old, new) = (0, 0)
        var done = 0
        return ranges.map { range in
            old += script[done..<range.lowerBound].count { $0.change != .added }
            new += script[done..<range.lowerBound].count { $0.change != .removed }
            let lines = Array(script[range])
            let oldCount = lines.count { $0.change != .added }
            let newCount = lines.count { $0.change != .removed }
            let heading = "@@ -\(place(old, oldCount)) +\(place(new, newCount)) @@"
            old += oldCount
            new += newCount
            done = range.upperBound
            return Hunk(heading: heading, lines: lines)
        }
    }

    /// The first line, from 1, and how many; of no lines, the one before.
    private static func place(_ before: Int, _ count: Int) -> String {
        "\(count == 0 ? before : before + 1),\(count)"
    }
}
