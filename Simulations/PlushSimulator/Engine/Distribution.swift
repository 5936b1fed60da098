import PlushTree

/// How long something takes, in nanoseconds. Integers only, so that every machine draws the same.
package enum Distribution: Hashable, Sendable {
    case fixed(UInt64)
    /// Anything from `lower` to `upper`.
    case uniform(UInt64, UInt64)
    /// `least` and an exponentially distributed part with this mean.
    case exponential(least: UInt64, mean: UInt64)
    /// Pareto with shape 1 from `least`, cut at `most`: half of the draws are above twice the least.
    case heavy(least: UInt64, most: UInt64)

    package func draw(_ random: inout SplitMix64) -> UInt64 {
        switch self {
        case .fixed(let value):
            return value
        case .uniform(let lower, let upper):
            return upper > lower ? lower + random.below(upper - lower + 1) : lower
        case .exponential(let least, let mean):
            return least + Self.exponential(mean: mean, &random)
        case .heavy(let least, let most):
            // 2^20 / u with u uniform on 1 ... 2^20 is Pareto with shape 1.
            let divisor = 1 + random.below(UInt64(1) << 20)
            let (product, overflow) = least.multipliedReportingOverflow(by: 1 << 20)
            return min(most, overflow ? most : product / divisor)
        }
    }

    /// -ln(u) by its binary logarithm: leading zeros are the whole part, and between powers of two the curve is taken
    /// as a line (at most 6 % off).
    private static func exponential(mean: UInt64, _ random: inout SplitMix64) -> UInt64 {
        let draw = random.next() | 1
        let zeros = UInt64(draw.leadingZeroBitCount)
        let mantissa = (draw << zeros) >> 32 & 0x7fff_ffff  // 31 bits below the leading one
        // log2(1/u) in 1/2^20: whole bits plus one, less the fraction.
        let bits = ((zeros + 1) << 20) - (mantissa >> 11)
        let natural = (bits * 726_817) >> 20  // times ln 2, which is 726,817 / 2^20
        let (product, overflow) = mean.multipliedReportingOverflow(by: natural)
        return overflow ? mean : product >> 20
    }

    /// The same in milliseconds, as scenarios and the command line say it.
    package static func milliseconds(_ value: UInt64) -> Distribution {
        .fixed(value * 1_000_000)
    }
}
