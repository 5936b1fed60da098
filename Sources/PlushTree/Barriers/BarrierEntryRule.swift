/// When a barrier has been entered by enough hosts (the paper's *early entry*, section 5). All times count from the
/// first entry of a generation.
public enum BarrierEntryRule: Hashable, Sendable, CustomStringConvertible {
    /// Every participant; where a time is given, whoever is there when it is over (one at least).
    case all(timeout: BarrierDelay?)
    /// As soon as so many are there; where a time is given, everybody is waited for until it is over.
    case atLeast(BarrierThreshold, after: BarrierDelay?)
    /// Where the arrival curve bends, but never before `minimum` is there; where a time is given, whoever is there when
    /// it is over.
    case knee(minimum: BarrierThreshold, timeout: BarrierDelay?)

    /// The knee that `knee` alone asks for.
    public static let knee = knee(minimum: .thousandths(10 * BarrierPolicyLimits.kneeMinimumPercent), timeout: nil)

    /// `all`, `all/60s`, `98`, `95%/30s`, `knee`, `knee:80%/60s`.
    public var description: String {
        switch self {
        case .all(let timeout): return "all" + Self.suffix(timeout)
        case .atLeast(let threshold, let after): return "\(threshold)" + Self.suffix(after)
        case .knee(let minimum, let timeout):
            let isDefault = minimum == .thousandths(10 * BarrierPolicyLimits.kneeMinimumPercent)
            return (isDefault ? "knee" : "knee:\(minimum)") + Self.suffix(timeout)
        }
    }

    private static func suffix(_ time: BarrierDelay?) -> String {
        time.map { "/\($0)" } ?? ""
    }

    /// What may be written.
    static let help =
        "write all, a count such as 98, a percentage such as 95%, or knee, each also with a time as in 98/30s"

    /// Reads what ``description`` prints.
    public init(_ text: some StringProtocol) throws(BarrierPolicyError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let need = parts.first, !need.isEmpty, parts.count <= 2 else {
            throw BarrierPolicyError(.syntax, text, Self.help)
        }
        let time = parts.count == 2 ? try BarrierDelay(parts[1]) : nil
        if need == "all" {
            self = .all(timeout: time)
        } else if need == "knee" {
            self = .knee(minimum: .thousandths(10 * BarrierPolicyLimits.kneeMinimumPercent), timeout: time)
        } else if need.hasPrefix("knee:") {
            self = .knee(minimum: try BarrierThreshold(need.dropFirst(5)), timeout: time)
        } else if need.utf8.first.map({ (0x30...0x39).contains($0) }) == true {
            self = .atLeast(try BarrierThreshold(need), after: time)
        } else {
            throw BarrierPolicyError(.syntax, text, Self.help)
        }
    }

    /// Refuses what so many participants can never satisfy.
    public func check(participants: Int) throws(BarrierPolicyError) {
        switch self {
        case .all: return
        case .atLeast(let threshold, _): try Self.check(threshold, self, participants)
        case .knee(let minimum, _):
            guard participants >= BarrierPolicyLimits.kneeHostsMin else {
                throw BarrierPolicyError(
                    .hosts, description,
                    "a knee needs \(BarrierPolicyLimits.kneeHostsMin) hosts at least and there are \(participants); "
                        + "write all or a count")
            }
            try Self.check(minimum, self, participants)
        }
    }

    private static func check(
        _ threshold: BarrierThreshold, _ rule: BarrierEntryRule, _ participants: Int
    ) throws(BarrierPolicyError) {
        guard threshold.needed(of: participants) > participants else { return }
        throw BarrierPolicyError(
            .hosts, rule.description, "there are only \(participants) hosts; write at most that many, or all")
    }
}
