import PlushTree

/// Many hosts' values of one number in short.
public struct NumberSummary: Sendable, Equatable {
    /// A value far from the others.
    public struct Outlier: Sendable, Equatable {
        /// The value.
        public let value: Double
        /// The hosts that have it.
        public let ranks: RankSet
    }

    /// Hosts counted.
    public let count: Int
    /// The least value.
    public let minimum: Double
    /// Half of the values are not above it.
    public let median: Double
    /// The sum of the values divided by their number.
    public let mean: Double
    /// The greatest value.
    public let maximum: Double
    /// Values further from the middle half of all than three times its width ("far out", Tukey, Exploratory Data
    /// Analysis, 1977), the furthest first. Where that half has no width, every other value is one.
    public let outliers: [Outlier]

    /// In widths of the middle half.
    static let reach = 3.0
}
