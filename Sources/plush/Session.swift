import ArgumentParser
import Dispatch
import Foundation
import PlushController
import Synchronization

/// One run of one command: shows its events, listens to Ctrl-C, and ends with its exit code.
struct Session {
    private let options: ControllerOptions
    private let output: OutputOptions
    private let style: OutputStyle
    private let showsPhases: Bool
    private let hosts: HostNames
    private let retryFile: RetryFile?

    /// `pool`: the hosts of the run, by rank.
    init(
        _ options: ControllerOptions, output: OutputOptions, style: OutputStyle, showsPhases: Bool, pool: HostPool
    ) {
        retryFile = output.retryFile.map { RetryFile(path: $0, names: pool.fullNames) }
        self.options = options
        self.output = output
        self.style = style
        self.showsPhases = showsPhases
        hosts = HostNames(names: pool.names)
    }

    func perform(_ body: @escaping @Sendable (Controller) async throws -> Summary) async throws -> Never {
        signal(SIGPIPE, SIG_IGN)
        let controller = Controller(options)
        let interrupts = await Interrupts(controller)
        var renderer: any Renderer =
            output.json
            ? JSONRenderer(hosts, style: style, verbose: output.verbose)
            : TextRenderer(
                hosts, style: style, showsPhases: showsPhases, verbose: output.verbose, paint: Paint(output.color))
        let run = Task { try await body(controller) }
        var isTold = false
        for await event in controller.events {
            renderer.show(event)
            guard Terminal.isOutputGone, !isTold else { continue }
            isTold = true
            Terminal.error("plush: nobody reads the output any more: stopping everywhere")
            controller.interrupt()
        }
        let code: Int32
        do {
            let summary = try await run.value
            renderer.finish(summary)
            code = keepRetryFile(summary) ?? summary.exitCode(usesLargestCode: output.usesLargestCode)
        } catch {
            code = report(error)
        }
        interrupts.stop()
        Foundation.exit(code)
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

    private func report(_ error: any Error) -> Int32 {
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
    init(_ controller: Controller) async {
        let counter = Counter()
        for number in Self.numbers {
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if counter.next() > 1 { Foundation.exit(130) }
                Terminal.error("stopping everywhere; once more leaves at once")
                controller.interrupt()
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
