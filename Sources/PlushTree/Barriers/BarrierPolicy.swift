/// All that decides how a barrier lets hosts through, with a short form: `95%/30s limit:25 refuse`.
public struct BarrierPolicy: Hashable, Sendable, CustomStringConvertible {
    /// What happens to a host that enters a generation after its release. A released generation never closes again.
    public enum Latecomers: String, Hashable, Sendable, CaseIterable {
        /// It passes, marked late.
        case pass
        /// It is refused.
        case refuse
    }

    /// When enough have entered.
    public var entry: BarrierEntryRule
    /// How they leave.
    public var release: BarrierReleaseRule
    /// What becomes of those who come later.
    public var latecomers: Latecomers

    /// Makes a policy; without anything it is the traditional barrier.
    public init(
        entry: BarrierEntryRule = .all(timeout: nil), release: BarrierReleaseRule = .atOnce,
        latecomers: Latecomers = .pass
    ) {
        self.entry = entry
        self.release = release
        self.latecomers = latecomers
    }

    /// Reads up to three words in any order, with blanks or commas between them: one for entry, one for release, one
    /// for latecomers. What is left out is `all`, `once` and `pass`.
    public init(_ text: String) throws(BarrierPolicyError) {
        self.init()
        var seen: [String: Substring] = [:]
        for word in text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "\t" }) {
            let part = try take(word)
            if let earlier = seen[part] {
                throw BarrierPolicyError(.repeated, word, "\"\(earlier)\" says already \(part); write one of them")
            }
            seen[part] = word
        }
        if seen.isEmpty {
            throw BarrierPolicyError(
                .syntax, text, "\(BarrierEntryRule.help); for the release \(BarrierReleaseRule.help)")
        }
    }

    /// Takes one word; returns what it decides.
    private mutating func take(_ word: Substring) throws(BarrierPolicyError) -> String {
        if let latecomers = Latecomers(rawValue: String(word)) {
            self.latecomers = latecomers
            return "what becomes of latecomers"
        }
        let isRelease = ["once", "adaptive", "rate:", "limit:"].contains { word.hasPrefix($0) }
        if isRelease {
            release = try BarrierReleaseRule(word)
            return "how hosts are released"
        }
        let isEntry =
            word.hasPrefix("all") || word.hasPrefix("knee")
            || word.utf8.first.map { (0x30...0x39).contains($0) } == true
        guard isEntry else {
            throw BarrierPolicyError(
                .syntax, word,
                "\(BarrierEntryRule.help); for the release \(BarrierReleaseRule.help); for latecomers pass or refuse")
        }
        entry = try BarrierEntryRule(word)
        return "when hosts have entered"
    }

    /// What is not the traditional barrier's; `all` for that.
    public var description: String {
        var words: [String] = []
        let plain = BarrierPolicy()
        if entry != plain.entry { words.append(entry.description) }
        if release != plain.release { words.append(release.description) }
        if latecomers != plain.latecomers { words.append(latecomers.rawValue) }
        return words.isEmpty ? "all" : words.joined(separator: " ")
    }
}
