import Foundation
import Synchronization

/// Standard output and error, written whole: nothing is lost in a buffer when the process ends.
enum Terminal {
    static let isOutputTerminal = isatty(STDOUT_FILENO) == 1
    static let isErrorTerminal = isatty(STDERR_FILENO) == 1
    private static let outputGone = Atomic<Bool>(false)

    /// Whether whoever read standard output has gone away (`| head`).
    static var isOutputGone: Bool {
        outputGone.load(ordering: .relaxed)
    }

    static func output(_ bytes: [UInt8]) {
        write(bytes, to: STDOUT_FILENO)
    }

    static func output(line: String) {
        write(Array((line + "\n").utf8), to: STDOUT_FILENO)
    }

    static func error(_ bytes: [UInt8]) {
        write(bytes, to: STDERR_FILENO)
    }

    static func error(_ line: String) {
        write(Array((line + "\n").utf8), to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        bytes.withUnsafeBytes { raw in
            var rest = raw
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                guard count > 0 else {
                    if descriptor == STDOUT_FILENO { outputGone.store(true, ordering: .relaxed) }
                    return
                }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
        }
    }

    /// Columns of the terminal behind standard error; 80 where it does not say.
    static var columns: Int { columns(STDERR_FILENO) ?? 80 }

    /// Columns of the terminal behind standard output; as many as there may be where there is none.
    static var outputColumns: Int { columns(STDOUT_FILENO) ?? Int.max }

    private static func columns(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
