import Foundation
import PlushController
import PlushTree

/// A run for people: output on standard output, everything about the run on standard error.
struct TextRenderer: Renderer {
    private let hosts: HostNames
    private let style: OutputStyle
    private let showsPhases: Bool
    private let verbose: Bool
    private let progress = ProgressLine()
    private var gatherer = OutputGatherer()
    private var labels = LineLabels()
    private var phase: (phase: ControllerEvent.Phase, detail: String)?
    private var last: ControllerEvent.Progress?
    private let paint: Paint
    private var barriers: BarrierDisplay

    init(_ hosts: HostNames, style: OutputStyle, showsPhases: Bool, verbose: Bool, paint: Paint) {
        self.paint = paint
        self.hosts = hosts
        self.style = style
        self.showsPhases = showsPhases
        self.verbose = verbose
        barriers = BarrierDisplay(hosts, verbose: verbose)
    }

    mutating func show(_ event: ControllerEvent) {
        switch event {
        case .phase(let phase, let detail):
            endPhase()
            self.phase = (phase, detail)
            last = nil
            progress.set(ProgressText(title: title, barriers: barriers.live), restarts: true)
        case .progress(let counts):
            guard counts.phase == phase?.phase else { return }
            last = counts
            progress.set(ProgressText(title: title, counts: counts, barriers: barriers.live))
        case .joined(let rank, let parent):
            if verbose { say("\(hosts.name(rank)) joined below \(hosts.parentName(parent))") }
        case .moved(let rank, let before, let parent):
            if verbose {
                say("\(hosts.name(rank)) moved from \(hosts.parentName(before)) to \(hosts.parentName(parent))")
            }
        case .away(let ranks, let relay, let cause):
            say(ranks, "no path through \(hosts.name(relay)): \(cause); waiting for another")
        case .returned(let ranks):
            say("\(paint.onError(hosts.fold(ranks), .host)): there again")
        case .retired(let ranks):
            if verbose { say(ranks, "slow: passes nothing on any more") }
        case .unreachable(let ranks, let cause, let remedy):
            say(ranks, "unreachable: \(cause) (\(remedy))")
        case .lost(let ranks, let relay, let path, let cause):
            say(ranks, "lost with \(hosts.name(relay)) (path \(hosts.path(path))): \(cause)")
        case .replaced(let rank, let spare):
            say("\(hosts.name(rank)) is replaced by \(hosts.name(spare))")
        case .started:
            break
        case .output(let output):
            show(output)
        case .outcome(let name, let phase, let outcome, let ranks):
            guard outcome.kind != .ok else { return }
            let what = showsPhases ? "\(phase.rawValue): \(name): " : ""
            say(ranks, "\(what)\(outcome) (\(Advice.remedy(outcome)))")
        case .barrier(let barrier):
            show(barrier)
        case .said(let saying):
            guard !saying.text.isEmpty else { return }
            say("\(paint.onError(hosts.fold(saying.ranks), .host)): \(saying.name): \(saying.text)")
        case .warning(let text):
            say("warning: \(text)")
        }
    }

    private mutating func show(_ barrier: ControllerEvent.Barrier) {
        if let line = barriers.note(barrier) { say(line) }
        guard phase != nil else { return }
        progress.set(ProgressText(title: title, counts: last, barriers: barriers.live))
    }

    /// What went wrong on hosts.
    private mutating func say(_ ranks: RankSet, _ what: String) {
        say("\(paint.onError(hosts.fold(ranks), .host)): \(paint.onError(what, .failure))")
    }

    private mutating func say(_ line: String) {
        progress.clear()
        Terminal.error(line)
    }

    private var title: String {
        guard let phase else { return "" }
        return phase.detail.isEmpty ? phase.phase.rawValue : "\(phase.phase.rawValue) (\(phase.detail))"
    }

    private mutating func endPhase() {
        progress.clear(forgets: true)
        guard showsPhases, phase != nil else { return }
        Terminal.error(ProgressText(title: title, counts: last).account)
        phase = nil
    }

    private mutating func show(_ output: ControllerEvent.Output) {
        guard !style.gathers else { return gatherer.add(output) }
        guard style != .hidden else { return }
        guard !output.bytes.isEmpty || style == .labelled else { return }
        progress.clear()
        var bytes = output.bytes
        if style == .plain, output.isLast, !bytes.isEmpty, bytes.last != UInt8(ascii: "\n"), hosts.names.count > 1 {
            bytes.append(UInt8(ascii: "\n"))
        }
        if style == .labelled {
            let host = hosts.fold(output.ranks)
            let label = output.isError ? paint.onError(host, .host) : paint.onOutput(host, .host)
            bytes = labels.label(bytes, of: output, as: label)
        }
        // Folded output that is shown as it comes (`plush logs`) is that of each of its hosts.
        for _ in 0..<(style == .plain ? output.ranks.count : 1) {
            if output.isError { Terminal.error(bytes) } else { Terminal.output(bytes) }
        }
    }

    mutating func finish(_ summary: Summary?) {
        endPhase()
        progress.clear()
        showGathered()
        guard let summary else { return }
        if !summary.truncated.isEmpty {
            Terminal.error(
                "\(hosts.fold(summary.truncated)): output is cut short: the host was lost before all had come")
        }
        for barrier in summary.barriers {
            if let line = barriers.account(barrier) { Terminal.error(line) }
        }
        Terminal.error(summary.account)
    }

    private func showGathered() {
        let groups = gatherer.groups()
        switch style {
        case .folded:
            for group in groups {
                let host = hosts.fold(group.ranks)
                show(folded: group.output, paint.onOutput(host, .host), Terminal.output)
                show(folded: group.error, paint.onError(host, .host), Terminal.error)
            }
        case .together:
            for group in groups {
                show(folded: group.whole, paint.onOutput(hosts.fold(group.ranks), .host), Terminal.output)
            }
        case .difference:
            for report in DifferenceReport.reports(groups) { report.write(hosts, paint) }
        case .statistics:
            StatisticsReport(groups).write(hosts, paint)
            // Errors are no numbers, and are not to be missed.
            for group in groups {
                show(folded: group.error, paint.onError(hosts.fold(group.ranks), .host), Terminal.error)
            }
        case .plain, .labelled, .hidden: break
        }
    }

    /// One line for one line of output; a heading where there are more.
    private func show(folded bytes: [UInt8], _ host: String, _ write: ([UInt8]) -> Void) {
        guard !bytes.isEmpty else { return }
        var body = bytes
        if body.last != UInt8(ascii: "\n") { body.append(UInt8(ascii: "\n")) }
        let isOneLine = body.firstIndex(of: UInt8(ascii: "\n")) == body.count - 1
        write(Array("\(host):\(isOneLine ? " " : "\n")".utf8) + body)
    }
}
