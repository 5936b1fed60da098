/// The one transcendental function that the closed forms need. The module imports no C library.
package enum Logarithm {
    /// ln(x) for a positive, finite `x`, to within a few units in the last place.
    ///
    /// `x` is `m * 2^e` with `m` about 1, and `ln m = 2 artanh((m - 1)/(m + 1))`, whose series gains 1.5 digits a term
    /// there (Abramowitz and Stegun 4.1.27).
    package static func natural(_ x: Double) -> Double {
        var (mantissa, exponent) = (x.significand, Double(x.exponent))
        if mantissa > 1.414 {
            mantissa /= 2
            exponent += 1
        }
        let z = (mantissa - 1) / (mantissa + 1)
        var (sum, power) = (0.0, z)
        for term in stride(from: 1.0, through: 27, by: 2) {
            sum += power / term
            power *= z * z
        }
        return exponent * 0.693_147_180_559_945_309_4 + 2 * sum
    }
}
