/// Why a text is no barrier policy: the word at fault, and what would be right.
public struct BarrierPolicyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The sorts of errors.
    public enum Code: Sendable, Equatable {
        /// A word that no rule is written as.
        case syntax
        /// A number, percentage or time outside its bounds.
        case range
        /// A second rule for entry, release or latecomers.
        case repeated
        /// A rule that this many hosts cannot satisfy.
        case hosts
    }

    /// What sort of error, for programs.
    public let code: Code
    /// The word at fault, cut to a size that fits a line.
    public let word: String
    /// What would be right.
    public let message: String

    package init(_ code: Code, _ word: some StringProtocol, _ message: String) {
        self.code = code
        let line = word.unicodeScalars.prefix(BarrierPolicyLimits.excerptMax).map {
            $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0)
        }
        self.word = String(line)
        self.message = message
    }

    /// `"120%": message`.
    public var description: String {
        "\"\(word)\": \(message)"
    }
}
