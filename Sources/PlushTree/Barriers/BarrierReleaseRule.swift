/// How hosts leave a barrier that enough have entered (the paper's *throttled release*, section 5).
public enum BarrierReleaseRule: Hashable, Sendable, CustomStringConvertible {
    /// So many hosts in each second, minute or hour.
    public struct Rate: Hashable, Sendable, CustomStringConvertible {
        /// Hosts per period, at least 1.
        public let hosts: Int
        /// The period: 1,000, 60,000 or 3,600,000.
        public let periodMilliseconds: Int

        private static let periods: [(suffix: String, milliseconds: Int)] = [
            ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
        ]

        /// Makes a rate; a number below 1 is taken as 1.
        public init(hosts: Int, periodMilliseconds: Int = 1_000) {
            self.hosts = Swift.max(1, hosts)
            self.periodMilliseconds = Swift.max(1, periodMilliseconds)
        }

        /// Reads `5/s`, `30/m`, `2/h`.
        init(_ text: some StringProtocol, in word: some StringProtocol) throws(BarrierPolicyError) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let period = Self.periods.first(where: { $0.suffix == parts[1] }) else {
                throw BarrierPolicyError(.syntax, word, "write a rate as rate:5/s, rate:30/m or rate:2/h")
            }
            guard parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let hosts = Int(parts[0]),
                (1...BarrierPolicyLimits.rateMax).contains(hosts)
            else {
                throw BarrierPolicyError(
                    .range, word,
                    "write a whole number of hosts from 1 to \(BarrierPolicyLimits.rateMax), as in rate:5/s")
            }
            self.hosts = hosts
            periodMilliseconds = period.milliseconds
        }

        /// `5/s`.
        public var description: String {
            let period = Self.periods.first { $0.milliseconds == periodMilliseconds }
            return "\(hosts)/\(period?.suffix ?? "\(periodMilliseconds)ms")"
        }
    }

    /// All that have entered, at once.
    case atOnce
    /// At a fixed rate.
    case rate(Rate)
    /// At most so many at a time: a host gives its permit back when it enters the next barrier or its work has ended.
    case limit(Int)
    /// At most as many at a time as give most throughput, which is found and followed; never more than `maximum`.
    case adaptive(maximum: Int?)

    /// Whether hosts need permits to pass.
    public var isThrottled: Bool {
        self != .atOnce
    }

    /// `once`, `rate:5/s`, `limit:25`, `adaptive`, `adaptive:200`.
    public var description: String {
        switch self {
        case .atOnce: return "once"
        case .rate(let rate): return "rate:\(rate)"
        case .limit(let limit): return "limit:\(limit)"
        case .adaptive(let maximum): return maximum.map { "adaptive:\($0)" } ?? "adaptive"
        }
    }

    static let help = "write once, rate:5/s, limit:25 or adaptive"

    /// Reads what ``description`` prints.
    public init(_ text: some StringProtocol) throws(BarrierPolicyError) {
        if text == "once" {
            self = .atOnce
        } else if text == "adaptive" {
            self = .adaptive(maximum: nil)
        } else if text.hasPrefix("adaptive:") {
            self = .adaptive(maximum: try Self.permits(text.dropFirst(9), in: text))
        } else if text.hasPrefix("limit:") {
            self = .limit(try Self.permits(text.dropFirst(6), in: text))
        } else if text.hasPrefix("rate:") {
            self = .rate(try Rate(text.dropFirst(5), in: text))
        } else {
            throw BarrierPolicyError(.syntax, text, Self.help)
        }
    }

    private static func permits(
        _ text: some StringProtocol, in word: some StringProtocol
    ) throws(BarrierPolicyError) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let permits = Int(text),
            (1...BarrierPolicyLimits.hostsMax).contains(permits)
        else {
            throw BarrierPolicyError(
                .range, word, "write a whole number of hosts from 1 to \(BarrierPolicyLimits.hostsMax), as in limit:25")
        }
        return permits
    }
}
