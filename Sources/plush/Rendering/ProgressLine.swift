import Dispatch
import PlushController
import Synchronization

/// One line at the bottom of a terminal that is rewritten in place; nothing where there is no terminal.
///
/// A timer of its own repaints it, so that the last state of a burst is shown and the seconds go on while nothing
/// happens.
final class ProgressLine {
    private let board = Board()
    private let timer: (any DispatchSourceTimer)?

    /// Not more often than the eye follows.
    private static let interval = DispatchTimeInterval.milliseconds(100)
    /// What is over sooner than this needs no line.
    private static let quiet = DispatchTimeInterval.milliseconds(300)

    init() {
        guard Terminal.isErrorTerminal else {
            timer = nil
            return
        }
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "plush.progress"))
        self.timer = timer
        timer.schedule(deadline: .now() + Self.quiet, repeating: Self.interval)
        timer.setEventHandler { [board] in board.paint() }
        timer.resume()
    }

    deinit {
        timer?.cancel()
    }

    /// What the line says from now on; `restarts` sets its seconds to zero.
    func set(_ text: ProgressText, restarts: Bool = false) {
        board.set(text, restarts: restarts)
    }

    /// Takes the line away so that something else can be written; `forgets`: for good.
    func clear(forgets: Bool = false) {
        board.clear(forgets: forgets)
    }
}

/// What the line says, shared by the run and the timer that paints it.
private final class Board: Sendable {
    private struct State {
        var text: ProgressText?
        var begun = ContinuousClock.now
        var isShown = false
    }

    private let state = Mutex(State())
    func set(_ text: ProgressText, restarts: Bool) {
        state.withLock { state in
            state.text = text
            if restarts { state.begun = ContinuousClock.now }
        }
    }

    func paint() {
        state.withLock { state in
            guard let text = state.text else { return }
            let line = text.line(after: (ContinuousClock.now - state.begun) / .seconds(1))
            state.isShown = true
            Terminal.error(Array("\r\u{1b}[K\(line.prefix(max(10, Terminal.columns - 1)))".utf8))
        }
    }

    func clear(forgets: Bool) {
        state.withLock { state in
            if forgets { state.text = nil }
            guard state.isShown else { return }
            state.isShown = false
            Terminal.error(Array("\r\u{1b}[K".utf8))
        }
    }
}
