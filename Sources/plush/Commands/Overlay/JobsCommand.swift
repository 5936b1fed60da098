import ArgumentParser
import PlushController
import PlushTree

/// `plush jobs`: the operations of an overlay.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Lists the operations of an overlay, those that run and those whose output is kept.",
        usage: "plush jobs [<options>]",
        discussion: """
            Examples:
              plush jobs
              plush jobs --on lab --json
            """
    )

    @OptionGroup(title: "Overlay") var overlay: OverlayOptions

    @Flag(help: "One JSON object per line.")
    var json = false

    func run() async throws {
        let client = try overlay.connect()
        let jobs = try await CommandError.reported { try await client.jobs() }
        guard !json else { return jobs.forEach(write) }
        guard !jobs.isEmpty else { return Terminal.error("overlay \(client.overlay.name) has run nothing yet") }
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

    private func write(_ job: OverlayJob) {
        var fields: [(String, JSONValue)] = [
            ("operation", .number(Int(job.number))), ("command", .text(job.command)),
            ("state", .text("\(job.state)")), ("count", .number(job.targets.count)),
            ("started", .number(job.startedCount)), ("ended", .number(job.endedCount)),
            ("age", .number(job.seconds)), ("keptBytes", .number(job.keptBytes)),
            ("droppedBytes", .number(job.droppedBytes)),
        ]
        if let summary = job.summary {
            fields += summary.fields
            fields.append(("interrupted", .flag(summary.isInterrupted)))
        }
        JSONValue.write("job", fields)
    }
}
