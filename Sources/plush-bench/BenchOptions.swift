import PlushTree

/// The command line of `plush-bench`.
struct BenchOptions {
    static let usage = """
        usage: plush-bench [--hosts N] [--runs R] [--fanout K] [--heartbeat MS] [--json] [--nothing PROGRAM] [--about TEXT]
          --hosts N          agents on this machine (default 1000)
          --runs R           overlays built one after another; medians are reported (default 5)
          --fanout K         of the k-ary tree (default 16)
          --heartbeat MS     between heartbeats of a link (default: that of a run)
          --json             an object instead of a Markdown table
          --nothing PROGRAM  a static program that exits at once (scripts/bench makes it)
          --about TEXT       a line on machine and commit for the report
        """

    var hosts = 1_000
    var runs = 5
    var fanout = 16
    var heartbeatMilliseconds: UInt64?
    var isJSON = false
    var nothing = "/bin/true"
    var about = ""

    var shape: TreeShape { .kary(fanout: fanout) }

    init(_ words: [String]) throws {
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--json": isJSON = true
            case "--hosts": hosts = try Self.number(word, rest.popFirst(), in: 1...20_000)
            case "--runs": runs = try Self.number(word, rest.popFirst(), in: 1...1_000)
            case "--fanout": fanout = try Self.number(word, rest.popFirst(), in: 1...TreeShape.fanoutMax)
            case "--heartbeat": heartbeatMilliseconds = UInt64(try Self.number(word, rest.popFirst(), in: 10...60_000))
            case "--nothing": nothing = try Self.text(word, rest.popFirst())
            case "--about": about = try Self.text(word, rest.popFirst())
            default: throw BenchError("unknown option \(word)\n\(Self.usage)")
            }
        }
    }

    private static func text(_ option: String, _ value: String?) throws -> String {
        guard let value, !value.isEmpty else { throw BenchError("\(option) needs a value\n\(usage)") }
        return value
    }

    private static func number(_ option: String, _ value: String?, in range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(try text(option, value)), range.contains(number) else {
            throw BenchError("\(option) needs a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

/// Why there is no report.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
