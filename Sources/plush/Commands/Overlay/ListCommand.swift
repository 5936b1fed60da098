import ArgumentParser
import PlushController

/// `plush ls`: the overlays of this user.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "Lists the overlays that are up.",
        usage: "plush ls [--json]",
        discussion: """
            Examples:
              plush ls
              plush ls --json
            """
    )

    @Flag(help: "One JSON object per line.")
    var json = false

    func run() throws {
        let places = OverlayPlaces()
        let entries = places.all()
        var table = TextTable(["NAME", "HOSTS", "RUNNING", "UP", "TREE", "PROCESS"])
        for entry in entries {
            switch entry.state {
            case .up(let process):
                do {
                    show(try OverlayClient(entry, in: places).overlay, &table)
                } catch {
                    show(entry.name, process, "\(error)", &table)
                }
            case .gone:
                show(entry.name, nil, "its controller is gone; plush down \(entry.name) removes what it left", &table)
            case .elsewhere(let machine): show(entry.name, nil, "built on \(machine): use it there", &table)
            }
        }
        guard !json else { return }
        guard !entries.isEmpty else { return Terminal.error("no overlay is up: plush up -w 'n[001-100]' builds one") }
        Terminal.output(Array(table.text.utf8))
    }

    private func show(_ overlay: OverlayDescription, _ table: inout TextTable) {
        guard !json else {
            return JSONValue.write(
                "overlay",
                [
                    ("overlay", .text(overlay.name)), ("hosts", .number(overlay.hostCount)),
                    ("joined", .number(overlay.joinedCount)), ("running", .number(overlay.runningCount)),
                    ("seconds", .number(overlay.seconds)), ("tree", .text(overlay.shape)),
                    ("process", .number(Int(overlay.process))), ("build", .text(overlay.build)),
                ])
        }
        let hosts =
            overlay.joinedCount == overlay.hostCount
            ? "\(overlay.hostCount)" : "\(overlay.joinedCount) of \(overlay.hostCount)"
        table.add([
            overlay.name, hosts, "\(overlay.runningCount)", ProgressText.duration(Double(overlay.seconds)),
            overlay.shape,
            "\(overlay.process)",
        ])
    }

    /// One that cannot be asked.
    private func show(_ name: String, _ process: Int32?, _ problem: String, _ table: inout TextTable) {
        guard !json else {
            return JSONValue.write(
                "overlay",
                [("overlay", .text(name)), ("problem", .text(problem))]
                    + (process.map { [("process", .number(Int($0)))] } ?? []))
        }
        Terminal.error("overlay \(name): \(problem)")
    }
}
