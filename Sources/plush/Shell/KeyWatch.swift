import Foundation
import Glibc
import Synchronization

/// Lines that somebody types while a command runs: an empty one is a question, others are for afterwards.
final class KeyWatch: Sendable {
    private struct State {
        var isOver = false
        var isRunning = false
        var typed: [String] = []
    }

    private static let pollMilliseconds: Int32 = 50
    private let state = Mutex(State())

    /// `asked` is called for every empty line. Only terminals are watched: a file is read when its turn comes.
    init(asked: @escaping @Sendable () -> Void) {
        guard isatty(STDIN_FILENO) == 1 else { return }
        state.withLock { $0.isRunning = true }
        Thread.detachNewThread { [self] in
            watch(asked)
            state.withLock { $0.isRunning = false }
        }
    }

    private func watch(_ asked: () -> Void) {
        var line: [UInt8] = []
        while !state.withLock(\.isOver) {
            var event = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard poll(&event, 1, Self.pollMilliseconds) > 0 else { continue }
            var block = [UInt8](repeating: 0, count: 4096)
            let count = read(STDIN_FILENO, &block, block.count)
            // The end of the input is met again by whoever reads the next line.
            guard count > 0 else { return }
            for byte in block[..<count] {
                guard byte == UInt8(ascii: "\n") else {
                    line.append(byte)
                    continue
                }
                let text = String(decoding: line, as: UTF8.self)
                line = []
                if text.allSatisfy(\.isWhitespace) { asked() } else { state.withLock { $0.typed.append(text) } }
            }
        }
    }

    /// Stops watching; returns what was typed for afterwards.
    func end() async -> [String] {
        state.withLock { $0.isOver = true }
        while state.withLock(\.isRunning) { try? await Task.sleep(for: .milliseconds(5)) }
        return state.withLock(\.typed)
    }
}
