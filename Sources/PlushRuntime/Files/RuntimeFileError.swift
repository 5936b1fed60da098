import CPlushSystem
import Glibc

/// Why a file operation was refused or failed, in words that a user can act on.
package struct RuntimeFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of refusal and failure.
    package enum Code: Sendable, Equatable {
        /// A path that could lead outside, or that cannot be a name.
        case unsafePath
        /// The same path twice, or one path as a file and a directory.
        case conflictingPath
        /// A number beyond its limit.
        case limit
        /// A manifest that contradicts itself, or a stream that is not in the container's format.
        case malformed
        /// A chunk whose bytes do not have the hash or the length of the manifest.
        case damagedChunk
        /// A directory that is in use by another agent, or that is not an agent's.
        case notOurs
        /// The disk or the quota is full.
        case noSpace
        /// Any other refusal of the system.
        case system
    }

    package let code: Code
    /// The path that it was about.
    package let context: String
    /// What was wrong.
    package let message: String
    /// The system's reason (`errno`), 0 where there was none.
    package let cause: Int32

    init(_ code: Code, _ message: String, context: String) {
        self.code = code
        self.context = printable(context)
        self.message = message
        cause = 0
    }

    /// A failed call: the code follows from `errno`.
    init(cause: Int32, doing step: String, context: String) {
        code = [ENOSPC, EDQUOT, EFBIG].contains(cause) ? .noSpace : .system
        self.context = printable(context)
        self.cause = cause
        message = "cannot \(step): \(RuntimeFileError.words(cause))"
    }

    package var description: String { context.isEmpty ? message : "\(context): \(message)" }

    private static func words(_ cause: Int32) -> String {
        switch cause {
        case ELOOP: return "a symbolic link is in the way"
        case ENOTDIR: return "a file or a link is where a directory is needed"
        case EISDIR: return "a directory is where a file is needed"
        default: return String(cString: plush_error_words(cause))
        }
    }
}
