/// Why a tree cannot be had as it was asked for or written down.
public struct TreeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The sorts of errors.
    public enum Code: Sendable, Equatable {
        /// What `--tree` was given is no tree.
        case request
        /// The file of an explicit tree has a line that cannot be read.
        case syntax
        /// The file of an explicit tree describes no tree of these hosts.
        case structure
    }

    /// What sort of error, for programs.
    public let code: Code
    /// The line of the file, from 1; 0 where the error concerns no single line.
    public let line: Int
    /// What was found and what would be right.
    public let message: String

    package init(_ code: Code, line: Int = 0, _ message: String) {
        self.code = code
        self.line = line
        self.message = message
    }

    /// `line 3: message`, or the message alone.
    public var description: String {
        line > 0 ? "line \(line): \(message)" : message
    }

    /// Text of a user within an error: one line, printable, and not longer than what a person reads.
    static func excerpt(_ text: some StringProtocol, max: Int = NodeSetLimits.excerptMax) -> String {
        let line = String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
        return line.count > max ? line.prefix(max - 3) + "..." : line
    }
}
