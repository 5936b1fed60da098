import Foundation
import PlushController
import PlushTree

/// The numbers in the output of hosts as a table, in 80 columns.
struct StatisticsReport {
    private let statistics: OutputStatistics

    init(_ groups: [OutputGatherer.Group]) {
        var statistics = OutputStatistics()
        for group in groups { statistics.add(group.output, group.ranks) }
        self.statistics = statistics
    }

    /// Outliers shown of a number; the others are counted.
    private static let outliersMax = 5
    private static let columns = ["min", "median", "mean", "max"]

    func write(_ hosts: HostNames, _ paint: Paint) {
        for line in statistics.lines {
            Terminal.output(line: "\(paint.onOutput(hosts.fold(line.ranks), .host)): \(Self.text(of: line))")
            guard !line.tallies.isEmpty else { continue }
            let heading = "    " + Self.columns.map { Self.right($0, 13) }.joined()
            Terminal.output(line: paint.onOutput(heading, .heading))
            for (place, tally) in line.tallies.enumerated() {
                guard let summary = tally.summary else { continue }
                let values = [summary.minimum, summary.median, summary.mean, summary.maximum]
                let row = values.map { Self.right(Self.format($0), 13) }.joined()
                Terminal.output(line: Self.right("#\(place + 1)", 4) + row)
                for outlier in summary.outliers.prefix(Self.outliersMax) {
                    let value = Self.right(Self.format(outlier.value), 13)
                    Terminal.output(
                        line: paint.onOutput("    \(value)", .failure) + "  outlier: \(hosts.fold(outlier.ranks))")
                }
                let more = summary.outliers.dropFirst(Self.outliersMax)
                if !more.isEmpty {
                    let ranks = more.reduce(into: RankSet()) { $0.formUnion($1.ranks) }
                    Terminal.output(
                        line: "                   \(more.count) more outliers: \(hosts.fold(ranks))")
                }
            }
        }
    }

    /// The fields of one event for each number.
    func events(_ hosts: HostNames) -> [[(String, JSONValue)]] {
        statistics.lines.flatMap { line in
            line.tallies.enumerated().compactMap { place, tally -> [(String, JSONValue)]? in
                guard let summary = tally.summary else { return nil }
                let outliers = summary.outliers.map { outlier in
                    JSONValue.object([
                        ("value", .decimal(outlier.value)), ("hosts", .text(hosts.fold(outlier.ranks))),
                        ("count", .number(outlier.ranks.count)),
                    ])
                }
                return [
                    ("line", .number(line.number)), ("position", .number(place + 1)),
                    ("text", .text(Self.text(of: line))),
                    ("hosts", .text(hosts.fold(line.ranks))), ("count", .number(summary.count)),
                    ("min", .decimal(summary.minimum)), ("median", .decimal(summary.median)),
                    ("mean", .decimal(summary.mean)), ("max", .decimal(summary.maximum)), ("outliers", .list(outliers)),
                ]
            }
        }
    }

    /// The line with `#1`, `#2`, ... for its numbers.
    private static func text(of line: OutputStatistics.Line) -> String {
        line.texts.enumerated().map { $0 == 0 ? $1 : "#\($0)\($1)" }.joined()
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }

    private static func format(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e12 { return String(format: "%.0f", value) }
        return abs(value) >= 100_000 && abs(value) < 1e12
            ? String(format: "%.1f", value) : String(format: "%.5g", value)
    }
}
