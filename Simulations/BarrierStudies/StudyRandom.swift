import Foundation

/// SplitMix64: the studies are the same on every run.
struct StudyRandom {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// At least 0, less than 1.
    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) / Double(UInt64(1) << 53)
    }

    /// Exponentially distributed with mean 1.
    mutating func exponential() -> Double {
        -log(1 - next())
    }

    /// Standard normal (Box and Muller).
    mutating func normal() -> Double {
        (2 * exponential()).squareRoot() * cos(2 * Double.pi * next())
    }
}
