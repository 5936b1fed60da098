import CPlushSystem
import Glibc

/// Why a process could not be started, in words that a user can act on.
package struct ProcessError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The step that failed.
    package enum Code: Sendable, Equatable {
        /// The request itself: no command, a NUL byte, a variable without a name.
        case badRequest
        /// The working directory could not be entered.
        case directory
        /// The program could not be executed.
        case execute
        /// The machine refused one more process.
        case process
        /// Pipes or other descriptors could not be made.
        case descriptors
        /// The signal descriptor could not be made.
        case signals
    }

    package let code: Code
    /// What it was about: the program, the directory.
    package let context: String
    /// The system's reason (`errno`), 0 where there was none.
    package let cause: Int32
    private let reason: String

    init(_ code: Code, context: String, reason: String) {
        self.code = code
        self.context = context
        cause = 0
        self.reason = reason
    }

    init(_ code: Code, context: String, cause: Int32) {
        self.code = code
        self.context = context
        self.cause = cause
        reason = ProcessError.words(code, cause)
    }

    /// One line: `/x/demo.exe: No such file or directory`.
    package var description: String {
        if code == .directory && cause == ENOENT { return "directory \(context) does not exist" }
        if code == .directory && cause == ENOTDIR { return "\(context) is not a directory" }
        if code == .directory { return "directory \(context): \(reason)" }
        return context.isEmpty ? reason : "\(context): \(reason)"
    }

    private static func words(_ code: Code, _ cause: Int32) -> String {
        let plain = String(cString: plush_error_words(cause))
        switch (code, cause) {
        case (.execute, EACCES): return "not executable"
        case (.execute, ENOEXEC):
            return "not a program for this machine (neither an executable of its kind nor a script with a #! line)"
        case (.execute, E2BIG): return "the arguments and the environment are too long together"
        case (.process, EAGAIN): return "no more processes are allowed here (see ulimit -u and kernel.pid_max)"
        case (.descriptors, EMFILE): return "no more open files are allowed here (see ulimit -n)"
        default: return plain
        }
    }
}
