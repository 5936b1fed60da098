/// How durations are written: `20ms`, `1.5us`, `0`.
package enum TimeText {
    private static let units: [(name: String, nanoseconds: UInt64)] = [
        ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
    ]
    /// Digits of a number: what 64 bits surely hold.
    private static let digitsMax = 18

    /// The nanoseconds of a text such as `20ms`, `0.5us`, `2s` or `0`; nil for anything else, for what is no whole number
    /// of nanoseconds, and for more than 64 bits hold.
    package static func nanoseconds(_ text: some StringProtocol) -> UInt64? {
        if text == "0" { return 0 }
        let isDigit: (Character) -> Bool = { $0.isASCII && $0.isNumber }
        let number = text.prefix { isDigit($0) || $0 == "." }
        guard let unit = units.first(where: { text.dropFirst(number.count) == $0.name }) else { return nil }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.count <= digitsMax }),
            let whole = UInt64(parts[0])
        else { return nil }
        let (product, overflow) = whole.multipliedReportingOverflow(by: unit.nanoseconds)
        guard !overflow else { return nil }
        guard parts.count == 2 else { return product }
        guard let fraction = fraction(parts[1], of: unit.nanoseconds) else { return nil }
        let (sum, exceeds) = product.addingReportingOverflow(fraction)
        return exceeds ? nil : sum
    }

    /// What `0.digits` is of a unit, if that is whole.
    private static func fraction(_ digits: some StringProtocol, of unit: UInt64) -> UInt64? {
        var total: UInt64 = 0
        var place = unit
        for digit in digits {
            guard let value = digit.wholeNumberValue else { return nil }
            guard place >= 10 || value == 0 else { return nil }
            place /= 10
            total += UInt64(value) * place
        }
        return total
    }

    /// The shortest text that means exactly this: `1500000` is `1.5ms`.
    package static func text(_ nanoseconds: UInt64) -> String {
        guard nanoseconds > 0, let unit = units.last(where: { $0.nanoseconds <= nanoseconds }) else { return "0" }
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: unit.nanoseconds)
        guard rest > 0 else { return "\(whole)\(unit.name)" }
        // The unit in front makes the leading zeros; it goes away again.
        var digits = String(unit.nanoseconds + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)\(unit.name)"
    }

    /// The same to three digits, for people: `1.23ms`.
    package static func rounded(_ nanoseconds: UInt64) -> String {
        var place: UInt64 = 1
        while nanoseconds / place >= 1_000 { place *= 10 }
        let (sum, overflow) = nanoseconds.addingReportingOverflow(place / 2)
        return text(overflow ? nanoseconds : sum / place * place)
    }
}
