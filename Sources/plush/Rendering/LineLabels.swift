import PlushController
import PlushTree

/// Begins every line with its host. A line that comes in pieces is held until it is whole, so that lines of hosts never
/// mix; one that is longer than any line should be is let go in parts.
struct LineLabels {
    private struct Source: Hashable {
        let name: String
        let ranks: RankSet
        let isError: Bool
    }

    private static let lineBytesMax = 1 << 20
    private var held: [Source: [UInt8]] = [:]

    /// The whole lines that `bytes` complete, each behind `label`.
    mutating func label(_ bytes: [UInt8], of output: ControllerEvent.Output, as label: String) -> [UInt8] {
        let newline = UInt8(ascii: "\n")
        let source = Source(name: output.name, ranks: output.ranks, isError: output.isError)
        var text = held.removeValue(forKey: source) ?? []
        text += bytes
        var end = text.lastIndex(of: newline).map { $0 + 1 } ?? 0
        if output.isLast || text.count - end > Self.lineBytesMax { end = text.count }
        if end < text.count { held[source] = Array(text[end...]) }
        var lines = text[..<end].split(separator: newline, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        let prefix = Array("\(label): ".utf8)
        return lines.flatMap { prefix + $0 + [newline] }
    }
}
