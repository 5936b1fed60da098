/// Why a text is no node set: where, what was found, and what would be right.
public struct NodeSetError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The sorts of errors.
    public enum Code: Sendable, Equatable {
        /// The text is not written as node sets are.
        case syntax
        /// A group is not known, or cannot be asked for.
        case group
        /// A limit of ``NodeSetLimits`` is exceeded.
        case limit
    }

    /// What sort of error, for programs.
    public let code: Code
    /// The character of the text that is at fault, from 1; 0 where the error concerns no single place.
    public let position: Int
    /// The name at fault as written, cut to a size that fits a line.
    public let excerpt: String
    /// What was found and what would be right.
    public let message: String

    package init(_ code: Code, position: Int, excerpt: String, _ message: String) {
        self.code = code
        self.position = position
        self.excerpt = Self.clipped(excerpt)
        self.message = message
    }

    /// `character 3, in "n[3-1]": message`.
    public var description: String {
        let place = position > 0 ? "character \(position), in " : "in "
        return "\(place)\"\(excerpt)\": \(message)"
    }

    /// One line, printable, not longer than what a person reads.
    private static func clipped(_ text: String) -> String {
        let line = String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
        guard line.count > NodeSetLimits.excerptMax else { return line }
        return line.prefix(NodeSetLimits.excerptMax - 3) + "..."
    }
}
