import ArgumentParser
import Dispatch
import Foundation
import PlushController
import Synchronization

/// What a session shows: a run on a tree of its own, or an operation of an overlay that is up.
protocol ShownRun: Sendable {
    var events: ControllerEvents { get }
    func interrupt()
}

extension Controller: ShownRun {}
extension OverlayRun: ShownRun {}

/// One run of one command: shows its events, listens to Ctrl-C, and ends with its exit code.
struct Session {
    private let output: OutputOptions
    private let style: OutputStyle
    private let showsPhases: Bool
    private let hosts: HostNames
    private let retryFile: RetryFile?

    /// `names`: of the hosts of the run, by rank; `fullNames`: what names them when they are asked for again.
    init(output: OutputOptions, style: OutputStyle, showsPhases: Bool, names: [String], fullNames: [String]) {
        retryFile = output.retryFile.map { RetryFile(path: $0, names: fullNames) }
        self.output = output
        self.style = style
        self.showsPhases = showsPhases
        hosts = HostNames(names: names)
    }

    /// The same for the hosts of a pool.
    init(output: OutputOptions, style: OutputStyle, showsPhases: Bool, pool: HostPool) {
        self.init(
            output: output, style: style, showsPhases: showsPhases, names: pool.names, fullNames: pool.fullNames)
    }

    /// A run on a tree of its own.
    func perform(
        _ options: ControllerOptions, _ body: @escaping @Sendable (Controller) async throws -> Summary
    ) async throws -> Never {
        let controller = Controller(options)
        let interrupts = await Interrupts { controller.interrupt() }
        await show(controller, interrupts) { try await body(controller) }
    }

    /// An operation of an overlay. `isOwn`: it was begun here, and Ctrl-C stops it; else only this is left.
    func perform(
        _ run: OverlayRun, isOwn: Bool, _ body: @escaping @Sendable (OverlayRun) async throws -> Summary?
    ) async throws -> Never {
        // A terminal that is closed stops no more than what it shows.
        let leaving: [Int32] = isOwn ? [SIGHUP] : [SIGINT, SIGTERM, SIGHUP]
        let interrupts = await Interrupts(leaving: leaving) { run.interrupt() }
        await show(run, interrupts) { try await body(run) }
    }

    private func show(
        _ shown: some ShownRun, _ interrupts: Interrupts, _ body: @escaping @Sendable () async throws -> Summary?
    ) async -> Never {
        let code = await show(shown, body)
        interrupts.stop()
        Foundation.exit(code)
    }

    /// Shows a run to its end; returns its exit code.
    func show(_ shown: some ShownRun, _ body: @escaping @Sendable () async throws -> Summary?) async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        var renderer: any Renderer =
            output.json
            ? JSONRenderer(hosts, style: style, verbose: output.verbose)
            : TextRenderer(
                hosts, style: style, showsPhases: showsPhases, verbose: output.verbose, paint: Paint(output.color))
        let run = Task { try await body() }
        var isTold = false
        for await event in shown.events {
            renderer.show(event)
            guard Terminal.isOutputGone, !isTold else { continue }
            isTold = true
            Terminal.error("plush: nobody reads the output any more: stopping everywhere")
            shown.interrupt()
        }
        let code: Int32
        do {
            let summary = try await run.value
            renderer.finish(summary)
            code = summary.map { keepRetryFile($0) ?? $0.exitCode(usesLargestCode: output.usesLargestCode) } ?? 0
        } catch {
            code = Self.report(error)
        }
        return code
    }

    /// Returns an exit code where the file cannot be written.
    private func keepRetryFile(_ summary: Summary) -> Int32? {
        guard let retryFile else { return nil }
        do {
            try retryFile.write(summary)
            return nil
        } catch {
            Terminal.error("plush: \(retryFile.path) cannot be written: \(error.localizedDescription)")
            return 2
        }
    }

    /// Says what went wrong; returns the exit code for it.
    static func report(_ error: any Error) -> Int32 {
        Terminal.error("plush: \(error)")
        guard let error = error as? ControllerError else { return 2 }
        switch error.code {
        case .usage: return 2
        case .tree: return 5
        }
    }
}

/// Ctrl-C once stops the run and cleans up; twice leaves at once, and the agents clean up by themselves.
final class Interrupts {
    private static let numbers = [SIGINT, SIGTERM, SIGHUP]
    private var sources: [any DispatchSourceSignal] = []

    /// Listens from when this returns: the signals keep their usual effect until the sources are really there, or one
    /// that came in between would be lost.
    ///
    /// `leaving`: signals that do to this process what they always do, and nothing else.
    init(leaving: [Int32] = [], _ interrupt: @escaping @Sendable () -> Void) async {
        let counter = Counter()
        for number in Self.numbers where !leaving.contains(number) {
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if counter.next() > 1 { Foundation.exit(130) }
                Terminal.error("stopping everywhere; once more leaves at once")
                interrupt()
            }
            await withCheckedContinuation { continuation in
                // libdispatch has put its own handler in place by then; ignoring the signal would undo that.
                source.setRegistrationHandler { continuation.resume() }
                source.resume()
            }
            sources.append(source)
        }
    }

    func stop() {
        for source in sources { source.cancel() }
    }

    private final class Counter: Sendable {
        private let value = Atomic<Int>(0)

        func next() -> Int {
            value.add(1, ordering: .relaxed).newValue
        }
    }
}
