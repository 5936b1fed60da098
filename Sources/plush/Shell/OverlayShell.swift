import Foundation
import PlushController
import PlushTree
import Synchronization

/// A shell on an overlay that is up: what is typed is run on its hosts.
struct OverlayShell {
    private let entry: OverlayPlaces.Entry
    private let places: OverlayPlaces
    private let groups: HostGroups
    private let output: OutputOptions
    private let all: OverlayHosts
    private let hosts: HostNames
    private let signals: ShellSignals
    private var selected: RankSet
    private var folds = true
    /// Hosts of the tree when that was last looked at.
    private var joined: RankSet
    private var typed: [String] = []
    private var code: Int32 = 0

    init(
        _ entry: OverlayPlaces.Entry, in places: OverlayPlaces, groups: HostGroups, output: OutputOptions
    ) async throws {
        self.entry = entry
        self.places = places
        self.groups = groups
        self.output = output
        let client = try OverlayClient(entry, in: places)
        all = try await client.hosts()
        joined = try await client.status().joined
        hosts = HostNames(names: all.names)
        selected = all.all
        signals = await ShellSignals()
    }

    /// Reads lines until there are no more; returns the exit code of the last.
    mutating func run() async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        let editor = LineEditor(
            words: ShellLine.words, hosts: all.names, historyPath: places.historyPath)
        let isTerminal = isatty(STDIN_FILENO) == 1
        if isTerminal { Terminal.output(line: "overlay \(entry.name), \(all.names.count) hosts; help says what to do") }
        while true {
            guard await lookAtTheTree() else { return 5 }
            guard let text = typed.isEmpty ? editor.read(isTerminal ? prompt : "") : typed.removeFirst() else {
                if isTerminal { Terminal.output(line: "") }
                return code
            }
            let line = ShellLine(text)
            if line == .quit { return code }
            await carryOut(line)
        }
    }

    private var prompt: String {
        guard selected != all.all else { return "\(entry.name)> " }
        let text = hosts.fold(selected)
        return "\(entry.name):\(text.count > 30 ? "\(selected.count) hosts" : text)> "
    }

    private mutating func carryOut(_ line: ShellLine) async {
        switch line {
        case .empty, .quit: break
        case .broadcast(let command): await broadcast(command)
        case .select(let set): select(set)
        case .local(let command): code = Self.exitCode(command.withCString { system($0) })
        case .toggle:
            folds.toggle()
            Terminal.output(line: folds ? "output is folded at the end" : "output is shown as it comes")
        case .hosts: Terminal.output(line: hosts.fold(selected))
        case .help: Terminal.output(Array(ShellLine.manual.utf8))
        case .wrong(let text):
            Terminal.error("plush: \(text)")
            code = 2
        case .status, .tree, .jobs, .logs, .kill: await ask(line)
        }
    }

    // MARK: - Commands for the hosts

    private var session: Session {
        Session(
            output: output, style: folds ? .folded : .labelled, showsPhases: false, names: all.names,
            fullNames: all.fullNames)
    }

    private mutating func broadcast(_ command: String) async {
        guard let client = connect() else { return }
        var options = ControllerOptions()
        options.foldsOutput = folds
        let run = OverlayRun(client, hosts: all, options: options)
        let (entry, places, hosts, targets) = (entry, places, hosts, selected)
        let asked = Asked()
        let watch = KeyWatch {
            guard let number = asked.number else { return }
            Task { await Self.sayMissing(number, entry, places, hosts) }
        }
        signals.stops { run.interrupt() }
        code = await session.show(run) {
            try await run.exec([command], on: targets) { asked.number = $0 }
        }
        signals.stops(nil)
        typed += await watch.end()
    }

    /// The number of the operation, once it has one.
    private final class Asked: Sendable {
        private let value = Mutex<UInt32?>(nil)

        var number: UInt32? {
            get { value.withLock { $0 } }
            set { value.withLock { $0 = newValue } }
        }
    }

    private static func sayMissing(
        _ number: UInt32, _ entry: OverlayPlaces.Entry, _ places: OverlayPlaces, _ hosts: HostNames
    ) async {
        guard let client = try? OverlayClient(entry, in: places), let missing = try? await client.missing(number),
            !missing.isEmpty
        else { return }
        let word = missing.count == 1 ? "host has" : "hosts have"
        Terminal.error("\(missing.count) \(word) not ended: \(hosts.fold(missing))")
    }

    private mutating func select(_ set: String) {
        do {
            let nodes = set.isEmpty ? [] : [set]
            selected = try all.choose(HostSelection(nodes: nodes, groups: groups), place: "@").ranks
            code = 0
        } catch {
            code = Session.report(error)
        }
    }

    // MARK: - Questions to the controller

    private mutating func connect() -> OverlayClient? {
        do {
            return try OverlayClient(entry, in: places)
        } catch {
            code = Session.report(error)
            return nil
        }
    }

    private mutating func ask(_ line: ShellLine) async {
        guard let client = connect() else { return }
        do {
            code = 0
            switch line {
            case .status: StatusReport(try await client.status(), hosts, Paint(output.color)).write()
            case .tree:
                guard let tree = StandingTree(try await client.tree(), names: all.names) else { break }
                TreeDrawing(shape: .explicit(tree.tree), names: tree.names, title: client.overlay.shape).printText()
            case .jobs: JobTable(try await client.jobs()).write()
            case .kill(let number): try await client.kill(number)
            case .logs(let number):
                let (job, run) = (try await client.job(number), OverlayRun(client, hosts: all))
                code = await session.show(run) { try await run.follow(job, waits: false) }
            case .empty, .broadcast, .select, .local, .toggle, .hosts, .help, .quit, .wrong: break
            }
        } catch {
            code = Session.report(error)
        }
    }

    /// Says which hosts have left the tree or come back since it was last looked at; false where the overlay is gone.
    private mutating func lookAtTheTree() async -> Bool {
        do {
            let now = try await OverlayClient(entry, in: places).status()
            let (gone, back) = (joined.subtracting(now.joined), now.joined.subtracting(joined))
            joined = now.joined
            for fault in now.lost {
                let ranks = fault.ranks.intersection(gone)
                if !ranks.isEmpty { Terminal.error("\(hosts.fold(ranks)): lost: \(fault.cause)") }
            }
            if !back.isEmpty { Terminal.error("\(hosts.fold(back)): in the tree again") }
            return true
        } catch {
            Terminal.error("plush: \(error)")
            return false
        }
    }

    private static func exitCode(_ status: Int32) -> Int32 {
        status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
    }
}
