import PlushController

/// Operations of an overlay, a line each.
struct JobTable {
    private let jobs: [OverlayJob]

    init(_ jobs: [OverlayJob]) {
        self.jobs = jobs
    }

    func write() {
        var table = TextTable(["OP", "STATE", "HOSTS", "TIME", "COMMAND"])
        for job in jobs { table.add(row(job)) }
        // A command that is long must not fold the table.
        let lines = table.text.split(separator: "\n").map { "\($0.prefix(Terminal.outputColumns))\n" }
        Terminal.output(Array(lines.joined().utf8))
    }

    private func row(_ job: OverlayJob) -> [String] {
        let state: String
        switch job.state {
        case .waiting: state = "waiting for input"
        case .running: state = "running, \(job.endedCount) ended"
        case .failed: state = "failed"
        case .ended: state = job.summary.map(Self.words) ?? "ended"
        }
        let command = job.command.split(whereSeparator: \.isNewline).joined(separator: " ")
        return [
            "\(job.number)", state, "\(job.targets.count)", ProgressText.duration(Double(job.seconds)), command,
        ]
    }

    private static func words(_ summary: Summary) -> String {
        let counts = summary.counts.filter { $0.count > 0 }.map { "\($0.count) \($0.kind)" }
        return ((summary.isInterrupted ? ["killed"] : []) + counts).joined(separator: ", ")
    }
}
