import Foundation
import PlushController
import PlushTree

/// A run for programs: one JSON object per line on standard output, the summary last.
struct JSONRenderer: Renderer {
    private let hosts: HostNames
    private let style: OutputStyle
    private let verbose: Bool
    private var gatherer = OutputGatherer()
    private var withheld: ControllerEvent.Progress?
    private var lastProgress = ContinuousClock.now - interval

    /// Between two reports of progress: their number must not grow with that of hosts.
    private static let interval = Duration.milliseconds(200)

    init(_ hosts: HostNames, style: OutputStyle, verbose: Bool) {
        self.hosts = hosts
        self.style = style
        self.verbose = verbose
    }

    mutating func show(_ event: ControllerEvent) {
        switch event {
        case .phase(let phase, let detail):
            writeWithheldProgress()
            write("phase", [("phase", .text(phase.rawValue)), ("detail", .text(detail))])
        case .progress(let counts):
            withheld = counts
            if ContinuousClock.now - lastProgress >= Self.interval { writeWithheldProgress() }
        case .joined(let rank, let parent):
            guard verbose else { return }
            write("joined", [("host", .text(hosts.name(rank))), ("parent", .text(hosts.name(parent)))])
        case .moved(let rank, let before, let parent):
            guard verbose else { return }
            write(
                "moved",
                [
                    ("host", .text(hosts.name(rank))), ("from", .text(hosts.name(before))),
                    ("to", .text(hosts.name(parent))),
                ])
        case .away(let ranks, let relay, let cause):
            write("away", place(ranks) + [("relay", .text(hosts.name(relay))), ("cause", .text(cause))])
        case .returned(let ranks): write("returned", place(ranks))
        case .retired(let ranks): write("retired", place(ranks))
        case .unreachable(let ranks, let cause, let remedy):
            write("unreachable", place(ranks) + [("cause", .text(cause)), ("remedy", .text(remedy))])
        case .lost(let ranks, let relay, let path, let cause):
            write(
                "lost",
                place(ranks) + [
                    ("relay", .text(hosts.name(relay))), ("path", .text(hosts.path(path))), ("cause", .text(cause)),
                ])
        case .replaced(let rank, let spare):
            write("replaced", [("host", .text(hosts.name(rank))), ("by", .text(hosts.name(spare)))])
        case .started(let name, let ranks):
            write("start", [("name", .text(name))] + place(ranks))
        case .output(let output):
            if style.gathers { gatherer.add(output) } else if style != .hidden { show(output) }
        case .outcome(let name, let phase, let outcome, let ranks):
            write(
                "outcome",
                [("name", .text(name)), ("phase", .text(phase.rawValue)), ("outcome", .text("\(outcome.kind)"))]
                    + place(ranks) + [("code", .number(Int(outcome.code))), ("detail", .text(outcome.detail))]
                    + (outcome.kind == .ok ? [] : [("remedy", .text(Advice.remedy(outcome)))]))
        case .barrier(let barrier):
            write(
                barrier.state.rawValue,
                [("barrier", .text(barrier.name)), ("generation", .number(Int(clamping: barrier.generation)))]
                    + place(barrier.ranks)
                    + (barrier.missing.isEmpty ? [] : [("missing", .text(hosts.fold(barrier.missing)))]))
        case .said(let saying):
            var fields: [(String, JSONValue)] = [("name", .text(saying.name))]
            fields += place(saying.ranks)
            if let thousandths = saying.progressThousandths { fields.append(("thousandths", .number(thousandths))) }
            if !saying.text.isEmpty { fields.append(("text", .text(saying.text))) }
            write("said", fields)
        case .warning(let text):
            write("warning", [("text", .text(text))])
        }
    }

    private mutating func writeWithheldProgress() {
        guard let counts = withheld else { return }
        withheld = nil
        lastProgress = ContinuousClock.now
        write(
            "progress",
            [
                ("phase", .text(counts.phase.rawValue)), ("total", .number(counts.total)),
                ("started", .number(counts.started)), ("ended", .number(counts.ended)),
                (
                    "outcomes",
                    .object(
                        Outcome.Kind.allCases.compactMap { kind in
                            counts.outcomes[kind].map { ("\(kind)", .number($0)) }
                        })
                ),
            ])
    }

    private func show(_ output: ControllerEvent.Output) {
        guard !output.bytes.isEmpty else { return }
        write("output", [("name", .text(output.name))] + place(output.ranks) + text(output.bytes, output.isError))
    }

    private func place(_ ranks: RankSet) -> [(String, JSONValue)] {
        [("hosts", .text(hosts.fold(ranks))), ("count", .number(ranks.count))]
    }

    /// Bytes that are no UTF-8 come as base64 besides.
    private func text(_ bytes: [UInt8], _ isError: Bool) -> [(String, JSONValue)] {
        let stream = ("stream", JSONValue.text(isError ? "stderr" : "stdout"))
        if let text = String(validating: bytes, as: UTF8.self) { return [stream, ("text", .text(text))] }
        return [
            stream, ("text", .text(String(decoding: bytes, as: UTF8.self))),
            ("base64", .text(Data(bytes).base64EncodedString())),
        ]
    }

    private func showGathered() {
        let groups = gatherer.groups()
        for group in groups {
            for (bytes, isError) in [(group.output, false), (group.error, true)] where !bytes.isEmpty {
                write("output", place(group.ranks) + text(bytes, isError))
            }
        }
        if style == .statistics {
            for fields in StatisticsReport(groups).events(hosts) { write("statistics", fields) }
        }
        guard style == .difference else { return }
        for report in DifferenceReport.reports(groups) {
            let from = report.base.map { hosts.fold($0.ranks) } ?? ""
            for (group, hunks) in report.differences {
                let lines = hunks.flatMap { hunk in
                    [hunk.heading] + hunk.lines.map { $0.change.rawValue + String(decoding: $0.text, as: UTF8.self) }
                }
                let difference: [(String, JSONValue)] = [
                    ("from", .text(from)), ("text", .text(lines.joined(separator: "\n"))),
                ]
                write("difference", place(group.ranks) + difference)
            }
        }
    }

    mutating func finish(_ summary: Summary?) {
        showGathered()
        guard let summary else { return }
        var fields = summary.fields
        if !summary.barriers.isEmpty { fields.append(("barriers", .list(summary.barriers.map(barrier)))) }
        if !summary.dropped.isEmpty { fields.append(("dropped", .text(hosts.fold(summary.dropped)))) }
        if !summary.forgiven.isEmpty { fields.append(("forgiven", .text(hosts.fold(summary.forgiven)))) }
        if !summary.truncated.isEmpty { fields.append(("truncated", .text(hosts.fold(summary.truncated)))) }
        if summary.isInterrupted { fields.append(("interrupted", .flag(true))) }
        write("summary", fields)
    }

    private func barrier(_ barrier: Summary.Barrier) -> JSONValue {
        let sets: [(String, RankSet)] = [
            ("onTime", barrier.onTime), ("late", barrier.late), ("refused", barrier.refused),
            ("dropped", barrier.dropped), ("missing", barrier.missing),
        ]
        return .object(
            [
                ("barrier", .text(barrier.name)), ("participants", .number(barrier.participants.count)),
                ("generations", .number(barrier.generations)),
            ] + sets.filter { !$0.1.isEmpty }.map { ($0.0, .text(hosts.fold($0.1))) })
    }

    private func write(_ event: String, _ fields: [(String, JSONValue)]) {
        JSONValue.write(event, fields)
    }
}
