import Glibc

/// The table that a bench ends with.
struct Report {
    /// One figure, the floor beside it, and what it is to be.
    struct Row {
        let name: String
        let value: Double
        let unit: String
        var floor: Double?
        /// The most that the judged figure may be: the ratio where there is a floor, else the value; nil: no aim.
        var aim: Double?
        /// What is set against the aim when it is not simply the median of values over that of floors.
        var judged: Double?

        var ratio: Double? { floor.map { $0 > 0 ? judged ?? value / $0 : .nan } }
        var isMet: Bool? { aim.map { (ratio ?? value) <= $0 } }
    }

    let heading: [String]
    var rows: [Row] = []

    init(_ options: BenchOptions) {
        heading = [
            options.about,
            "hosts \(options.hosts), tree kary:\(options.fanout), runs \(options.runs) (medians), CPU: \(Clock.method)",
        ].filter { !$0.isEmpty }
    }

    var markdown: String {
        let lines = rows.map { row in
            let floor = row.floor.map { "\(Self.text($0)) \(row.unit)" } ?? ""
            let aim = row.aim.map { "<= \(Self.text($0))" + (row.floor == nil ? " \(row.unit)" : "x") } ?? ""
            let verdict = row.isMet.map { $0 ? "met" : "missed" } ?? ""
            let ratio = row.ratio.map { "\(Self.text($0))x" } ?? ""
            return "| \(row.name) | \(Self.text(row.value)) \(row.unit) | \(floor) | \(ratio) | \(aim) | \(verdict) |"
        }
        let head = ["| measure | value | floor | ratio | aim | verdict |", "|---|--:|--:|--:|--:|---|"]
        return (heading.map { $0 + "\n" } + [(head + lines).joined(separator: "\n")]).joined(separator: "\n")
    }

    var json: String {
        let objects = rows.map { row in
            var members = ["\"measure\":\(Self.string(row.name))", "\"value\":\(Self.number(row.value))"]
            members.append("\"unit\":\(Self.string(row.unit))")
            if let floor = row.floor { members.append("\"floor\":\(Self.number(floor))") }
            if let ratio = row.ratio { members.append("\"ratio\":\(Self.number(ratio))") }
            if let aim = row.aim { members.append("\"aim\":\(Self.number(aim))") }
            if let isMet = row.isMet { members.append("\"met\":\(isMet)") }
            return "{\(members.joined(separator: ","))}"
        }
        let about = heading.map(Self.string).joined(separator: ",")
        return "{\"about\":[\(about)],\"rows\":[\(objects.joined(separator: ","))]}"
    }

    /// Three significant digits, and whole numbers as they are.
    private static func text(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        if value == value.rounded() || value.magnitude >= 100 { return String(Int(value.rounded())) }
        let digits = value.magnitude >= 10 ? 10.0 : value.magnitude >= 1 ? 100.0 : 1_000.0
        return String((value * digits).rounded() / digits)
    }

    private static func number(_ value: Double) -> String {
        value.isFinite ? String(value) : "null"
    }

    private static func string(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            scalar == "\"" || scalar == "\\" ? "\\\(scalar)" : scalar.value < 0x20 ? " " : String(scalar)
        }
        return "\"\(escaped.joined())\""
    }
}
