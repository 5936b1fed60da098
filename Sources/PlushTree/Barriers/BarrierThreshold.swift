/// How many of a barrier's participants suffice: a count, or a part of them.
public enum BarrierThreshold: Hashable, Sendable, CustomStringConvertible {
    /// So many hosts, at least 1.
    case count(Int)
    /// So many of a thousand, 1 to 1,000.
    case thousandths(Int)

    /// The number of participants that are needed out of `participants`: a part is rounded up, and is one at least.
    ///
    /// A count stays what it is: where fewer participants are left than it asks for, it cannot be met.
    public func needed(of participants: Int) -> Int {
        switch self {
        case .count(let count): return count
        case .thousandths(let part): return Swift.max(1, (participants * part + 999) / 1000)
        }
    }

    /// `98`, `95%` or `99.5%`.
    public var description: String {
        switch self {
        case .count(let count): return String(count)
        case .thousandths(let part):
            return part % 10 == 0 ? "\(part / 10)%" : "\(part / 10).\(part % 10)%"
        }
    }

    /// Reads what ``description`` prints.
    public init(_ text: some StringProtocol) throws(BarrierPolicyError) {
        if text.hasSuffix("%") {
            self = .thousandths(try Self.thousandths(text))
            return
        }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(text) else {
            throw BarrierPolicyError(.syntax, text, "write a count such as 98, or a percentage such as 95%")
        }
        guard (1...BarrierPolicyLimits.hostsMax).contains(count) else {
            throw BarrierPolicyError(.range, text, "write a count from 1 to \(BarrierPolicyLimits.hostsMax)")
        }
        self = .count(count)
    }

    private static func thousandths(_ text: some StringProtocol) throws(BarrierPolicyError) -> Int {
        let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard isPlain, parts.count <= 2, parts.count < 2 || parts[1].utf8.count == 1, let whole = Int(parts[0]) else {
            throw BarrierPolicyError(.syntax, text, "write a percentage such as 95% or 99.5%")
        }
        let tenths = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
        guard whole <= 100, (1...1000).contains(whole * 10 + tenths) else {
            throw BarrierPolicyError(.range, text, "write a percentage above 0% and of at most 100%")
        }
        return whole * 10 + tenths
    }
}
