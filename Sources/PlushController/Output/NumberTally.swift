import PlushTree

/// Which hosts have which value of one number: exact, and merged by union like everything that goes up the tree.
public struct NumberTally: Sendable, Equatable {
    private var ranksByValue: [Double: RankSet] = [:]

    /// A tally of nothing.
    public init() {}

    /// Adds a value of some hosts.
    public mutating func add(_ value: Double, _ ranks: RankSet) {
        // Minus zero is zero to people.
        ranksByValue[value == 0 ? 0 : value, default: RankSet()].formUnion(ranks)
    }

    /// Adds all values of another tally; a host that both have counts once.
    public mutating func merge(_ other: NumberTally) {
        for (value, ranks) in other.ranksByValue { add(value, ranks) }
    }

    /// What people are told about the values; nil where there are none.
    public var summary: NumberSummary? {
        let values = ranksByValue.sorted { $0.key < $1.key }.map { (value: $0.key, ranks: $0.value) }
        guard let first = values.first, let last = values.last else { return nil }
        var ends: [Int] = []
        var sum = 0.0
        for (value, ranks) in values {
            ends.append((ends.last ?? 0) + ranks.count)
            sum += value * Double(ranks.count)
        }
        let count = ends.last ?? 0
        /// The value at a place of the sorted list of all hosts' values; between two values, as far as it is between.
        func quantile(_ share: Double) -> Double {
            let place = share * Double(count - 1)
            let low = Int(place)
            func at(_ index: Int) -> Double { values[ends.firstIndex { $0 > index } ?? values.count - 1].value }
            let (a, b) = (at(low), at(min(low + 1, count - 1)))
            return a + (b - a) * (place - Double(low))
        }
        let (lower, upper) = (quantile(0.25), quantile(0.75))
        let reach = NumberSummary.reach * (upper - lower)
        let far = values.filter { $0.value < lower - reach || $0.value > upper + reach }
        let median = quantile(0.5)
        return NumberSummary(
            count: count, minimum: first.value, median: median, mean: sum / Double(count), maximum: last.value,
            outliers: far.sorted { abs($0.value - median) > abs($1.value - median) }
                .map { NumberSummary.Outlier(value: $0.value, ranks: $0.ranks) })
    }
}
