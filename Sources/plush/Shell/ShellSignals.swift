import Dispatch
import Foundation
import Synchronization

/// Ctrl-C in the shell: stops the command that runs, twice leaves the shell; without one it does nothing.
final class ShellSignals {
    private let source: any DispatchSourceSignal
    private let board = Board()

    /// Listens from when this returns.
    init() async {
        let (source, board) = (DispatchSource.makeSignalSource(signal: SIGINT, queue: .global()), board)
        self.source = source
        source.setEventHandler { board.interrupted() }
        await withCheckedContinuation { continuation in
            source.setRegistrationHandler { continuation.resume() }
            source.resume()
        }
    }

    /// What Ctrl-C stops from now on; nil: nothing.
    func stops(_ interrupt: (@Sendable () -> Void)?) {
        board.set(interrupt)
    }

    private final class Board: Sendable {
        private struct State {
            var interrupt: (@Sendable () -> Void)?
            var count = 0
        }

        private let state = Mutex(State())

        func set(_ interrupt: (@Sendable () -> Void)?) {
            state.withLock { $0 = State(interrupt: interrupt) }
        }

        func interrupted() {
            let (interrupt, count) = state.withLock { state in
                if state.interrupt != nil { state.count += 1 }
                return (state.interrupt, state.count)
            }
            guard let interrupt else { return }
            if count > 1 { Foundation.exit(130) }
            Terminal.error("stopping everywhere; once more leaves the shell")
            interrupt()
        }
    }
}
