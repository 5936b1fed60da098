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
        JobTable(jobs).write()
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
