/// Why a run could not be done at all. What happens to single hosts is an ``ControllerEvent`` and an outcome instead.
public struct ControllerError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is; it decides the exit code.
    public enum Code: Sendable {
        /// The request or the specification cannot be carried out as it is (exit code 2).
        case usage
        /// The tree itself could not be built or kept (exit code 5).
        case tree
    }

    /// What kind of failure it is.
    public let code: Code
    /// What happened, to what.
    public let message: String
    /// What to try next; empty where the message says it.
    public let remedy: String

    package init(_ code: Code, _ message: String, remedy: String = "") {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    /// Both in one line.
    public var description: String {
        remedy.isEmpty ? message : "\(message) (\(remedy))"
    }
}
