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

    init(_ hosts: HostNames, style: OutputStyle, showsPhases: Bool, verbose: Bool) {
        self.hosts = hosts
        self.style = style
        self.showsPhases = showsPhases
        self.verbose = verbose
    }

    mutating func show(_ event: ControllerEvent) {
        switch event {
        case .phase(let phase, let detail):
            endPhase()
            self.phase = (phase, detail)
            last = nil
            progress.set(title, restarts: true)
        case .progress(let counts):
            guard counts.phase == phase?.phase else { return }
            last = counts
            progress.set(line(counts))
        case .joined(let rank, let parent):
            if verbose {
                say("\(hosts.name(rank)) joined below \(parent == .controller ? "the controller" : hosts.name(parent))")
            }
        case .unreachable(let ranks, let cause, let remedy):
            say("\(hosts.fold(ranks)): unreachable: \(cause) (\(remedy))")
        case .lost(let ranks, let relay, let path, let cause):
            say("\(hosts.fold(ranks)): lost with \(hosts.name(relay)) (path \(hosts.path(path))): \(cause)")
        case .replaced(let rank, let spare):
            say("\(hosts.name(rank)) is replaced by \(hosts.name(spare))")
        case .started:
            break
        case .output(let output):
            show(output)
        case .outcome(let name, let phase, let outcome, let ranks):
            guard outcome.kind != .ok else { return }
            let what = showsPhases ? "\(phase.rawValue): \(name): " : ""
            say("\(hosts.fold(ranks)): \(what)\(outcome) (\(Advice.remedy(outcome)))")
        case .warning(let text):
            say("warning: \(text)")
        }
    }

    private mutating func say(_ line: String) {
        progress.clear()
        Terminal.error(line)
    }

    private func line(_ counts: ControllerEvent.Progress) -> String {
        if counts.phase == .launch {
            let missing = counts.ended - counts.started
            let unreachable = missing > 0 ? ", \(missing) unreachable" : ""
            return "\(title): \(counts.started) of \(counts.total) hosts\(unreachable)"
        }
        let running = counts.started > counts.ended ? ", \(counts.started - counts.ended) running" : ""
        return "\(title): \(counts.ended) of \(counts.total) hosts\(running)"
    }

    private var title: String {
        guard let phase else { return "" }
        return phase.detail.isEmpty ? phase.phase.rawValue : "\(phase.phase.rawValue) (\(phase.detail))"
    }

    private mutating func endPhase() {
        progress.clear(forgets: true)
        guard showsPhases, phase != nil else { return }
        if let last { Terminal.error(line(last)) } else { Terminal.error(title) }
        phase = nil
    }

    private mutating func show(_ output: ControllerEvent.Output) {
        if style == .folded {
            gatherer.add(output)
            return
        }
        guard !output.bytes.isEmpty || style == .labelled else { return }
        progress.clear()
        var bytes = output.bytes
        if style == .plain, output.isLast, !bytes.isEmpty, bytes.last != UInt8(ascii: "\n"), hosts.names.count > 1 {
            bytes.append(UInt8(ascii: "\n"))
        }
        if style == .labelled { bytes = labels.label(bytes, of: output, as: hosts.fold(output.ranks)) }
        if output.isError { Terminal.error(bytes) } else { Terminal.output(bytes) }
    }

    mutating func finish(_ summary: Summary) {
        endPhase()
        progress.clear()
        for group in gatherer.groups() {
            show(folded: group.output, group.ranks, Terminal.output)
            show(folded: group.error, group.ranks, Terminal.error)
        }
        if !summary.truncated.isEmpty {
            Terminal.error(
                "\(hosts.fold(summary.truncated)): output is cut short: the host was lost before all had come")
        }
        Terminal.error(account(summary))
    }

    /// One line for one line of output; a heading where there are more.
    private func show(folded bytes: [UInt8], _ ranks: RankSet, _ write: ([UInt8]) -> Void) {
        guard !bytes.isEmpty else { return }
        var body = bytes
        if body.last != UInt8(ascii: "\n") { body.append(UInt8(ascii: "\n")) }
        let isOneLine = body.firstIndex(of: UInt8(ascii: "\n")) == body.count - 1
        write(Array("\(hosts.fold(ranks)):\(isOneLine ? " " : "\n")".utf8) + body)
    }

    private func account(_ summary: Summary) -> String {
        let counts = summary.counts.filter { $0.count > 0 || $0.kind == .ok }
            .map { "\($0.count) \($0.kind)" }.joined(separator: ", ")
        let hosts = summary.targets.count == 1 ? "1 host" : "\(summary.targets.count) hosts"
        let forgiven = summary.forgiven.isEmpty ? "" : " (\(summary.forgiven.count) given up within min_hosts)"
        let interrupted = summary.isInterrupted ? ", interrupted" : ""
        return "\(hosts): \(counts)\(forgiven)\(interrupted) in \(String(format: "%.2f", summary.seconds)) s"
    }
}
