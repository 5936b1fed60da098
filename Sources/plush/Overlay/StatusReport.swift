import PlushController
import PlushTree

/// The state of an overlay, for people or for programs.
struct StatusReport {
    private let status: OverlayStatus
    private let hosts: HostNames
    private let paint: Paint

    init(_ status: OverlayStatus, _ hosts: HostNames, _ paint: Paint) {
        self.status = status
        self.hosts = hosts
        self.paint = paint
    }

    func write() {
        let overlay = status.overlay
        line(
            "overlay \(overlay.name): \(status.joined.count) of \(overlay.hostCount) hosts, \(overlay.shape), up for "
                + "\(ProgressText.duration(Double(overlay.seconds))), \(overlay.runningCount) running")
        line("in the tree: \(host(status.joined))")
        for (index, ranks) in status.depths.enumerated() { line("  depth \(index + 1): \(host(ranks))") }
        line("  relays: \(host(status.relays)); fan-out at most \(status.fanout)")
        for share in status.builds { line("  agent \(share.value): \(host(share.ranks))") }
        for fault in status.lost { line("\(host(fault.ranks)): \(failure("lost: \(fault.cause)"))") }
        for fault in status.unreachable {
            line("\(host(fault.ranks)): \(failure("unreachable: \(fault.cause) (\(fault.remedy))"))")
        }
        line(
            "controller: process \(overlay.process), plush \(overlay.build), \(status.residentBytes >> 20) MiB, "
                + "\(status.messages) messages of \(status.messageBytes >> 10) KiB")
    }

    private func line(_ text: String) {
        Terminal.output(line: text)
    }

    private func host(_ ranks: RankSet) -> String {
        ranks.isEmpty ? "none" : paint.onOutput(hosts.fold(ranks), .host)
    }

    private func failure(_ text: String) -> String {
        paint.onOutput(text, .failure)
    }

    func writeJSON() {
        let overlay = status.overlay
        func place(_ ranks: RankSet) -> [(String, JSONValue)] {
            [("hosts", .text(hosts.fold(ranks))), ("count", .number(ranks.count))]
        }
        func fault(_ fault: OverlayStatus.Fault) -> JSONValue {
            .object(place(fault.ranks) + [("cause", .text(fault.cause)), ("remedy", .text(fault.remedy))])
        }
        JSONValue.write(
            "status",
            [
                ("overlay", .text(overlay.name)), ("hosts", .number(overlay.hostCount)),
                ("joined", .object(place(status.joined))), ("lost", .list(status.lost.map(fault))),
                ("unreachable", .list(status.unreachable.map(fault))),
                (
                    "depths",
                    .list(
                        status.depths.enumerated().map {
                            .object([("depth", .number($0.offset + 1))] + place($0.element))
                        })
                ),
                ("relays", .object(place(status.relays))), ("fanout", .number(status.fanout)),
                ("agents", .list(status.builds.map { .object([("build", .text($0.value))] + place($0.ranks)) })),
                ("tree", .text(overlay.shape)), ("seconds", .number(overlay.seconds)),
                ("running", .number(overlay.runningCount)), ("process", .number(Int(overlay.process))),
                ("build", .text(overlay.build)), ("residentBytes", .number(status.residentBytes)),
                ("messages", .number(status.messages)), ("messageBytes", .number(status.messageBytes)),
            ])
    }
}
