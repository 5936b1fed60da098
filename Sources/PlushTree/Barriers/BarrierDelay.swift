/// A time of a barrier policy as people write it: `250ms`, `30s`, `5m`, `1h`, `2d`.
public struct BarrierDelay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The time, 1 or more.
    public let milliseconds: Int

    private static let units: [(suffix: String, milliseconds: Int)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// Makes a time of its milliseconds.
    public init(milliseconds: Int) {
        self.milliseconds = Swift.max(1, milliseconds)
    }

    /// Reads a whole number and a unit.
    public init(_ text: some StringProtocol) throws(BarrierPolicyError) {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }.count
        let unit = Self.units.first { $0.suffix == String(text.dropFirst(digits)) }
        guard digits > 0, let unit else {
            throw BarrierPolicyError(
                .syntax, text, "write a time as a whole number and ms, s, m, h or d, such as 30s")
        }
        guard digits <= 11, let number = Int(String(text.prefix(digits))), number > 0,
            number * unit.milliseconds <= BarrierPolicyLimits.millisecondsMax
        else { throw BarrierPolicyError(.range, text, "write a time of 1ms to 366d") }
        milliseconds = number * unit.milliseconds
    }

    /// In the largest unit that it is a whole number of.
    public var description: String {
        let unit = Self.units.last { milliseconds % $0.milliseconds == 0 } ?? Self.units[0]
        return "\(milliseconds / unit.milliseconds)\(unit.suffix)"
    }

    /// The order of the times.
    public static func < (left: BarrierDelay, right: BarrierDelay) -> Bool {
        left.milliseconds < right.milliseconds
    }
}
