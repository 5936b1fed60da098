/// A list of host names and patterns as OpenSSH writes them: `*` stands for any text, `?` for one character, and a
/// pattern behind `!` takes a name out again, wherever it stands in the list (ssh_config(5), PATTERNS).
struct HostPatternList: Hashable, Sendable {
    private struct Pattern: Hashable, Sendable {
        let text: [UInt8]
        let isNegated: Bool
    }

    private let patterns: [Pattern]
    private let ignoresCase: Bool

    /// Host names have no case, so that known_hosts files are read without regard to it; the `Host` lines of a
    /// configuration are not.
    init(_ words: [String], ignoresCase: Bool = true) {
        self.ignoresCase = ignoresCase
        patterns = words.map { word in
            let isNegated = word.hasPrefix("!")
            let text = isNegated ? word.dropFirst() : word[...]
            return Pattern(
                text: ignoresCase ? Array(Self.lowercased(text).utf8) : Array(text.utf8), isNegated: isNegated)
        }
    }

    /// Whether some pattern takes in `name`, and none takes it out.
    func matches(_ name: String) -> Bool {
        let bytes = ignoresCase ? Array(Self.lowercased(name[...]).utf8) : Array(name.utf8)
        var isTaken = false
        for pattern in patterns where Self.matches(bytes, pattern.text) {
            if pattern.isNegated { return false }
            isTaken = true
        }
        return isTaken
    }

    /// Whether a word means just itself.
    static func isLiteral(_ word: String) -> Bool {
        !word.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "!") }
    }

    /// Only ASCII letters change: what is not ASCII is no host name, and locales must not matter.
    static func lowercased(_ text: Substring) -> String {
        String(decoding: text.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    static func lowercased(_ text: String) -> String { lowercased(text[...]) }

    /// Linear in practice and quadratic at worst: after a mismatch only the last `*` takes one more character, because
    /// an earlier one could not match anything that the last cannot.
    private static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        var at = 0
        var patternAt = 0
        var star: (pattern: Int, name: Int)?
        while at < name.count {
            if patternAt < pattern.count, pattern[patternAt] == UInt8(ascii: "*") {
                star = (patternAt, at)
                patternAt += 1
            } else if patternAt < pattern.count,
                pattern[patternAt] == UInt8(ascii: "?") || pattern[patternAt] == name[at]
            {
                at += 1
                patternAt += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                patternAt = last.pattern + 1
                at = last.name + 1
            } else {
                return false
            }
        }
        return pattern[patternAt...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
