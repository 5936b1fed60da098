/// Why a package of the specification could not be staged. `description` is one message for a person: what happened,
/// where, the lower layer's own words and what to try.
package struct PackageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure, for decisions and tests.
    package enum Code: String, Sendable {
        case badURL, cannotConnect, timedOut, badStatus, badRedirect, transferFailed, truncated, tooLarge
        case notThisKind, damagedArchive, unsafeEntry, conflictingPaths, emptyArchive, tooManyEntries
        case badName, missingFile, notAFile, unreadable, stagingFailed
    }

    package let code: Code
    /// What happened and what to try.
    package let message: String
    /// The URL (without credentials) or path concerned.
    package let context: String
    /// What the layer below said, if it said anything.
    package let cause: String?

    package init(_ code: Code, _ message: String, context: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.context = context
        self.cause = cause
    }

    package var description: String {
        guard let cause, !cause.isEmpty else { return "\(context): \(message)" }
        return "\(context): \(message) (\(cause))"
    }
}
