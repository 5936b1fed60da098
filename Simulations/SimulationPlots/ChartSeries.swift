/// One curve of a chart.
package struct ChartSeries: Sendable {
    /// How points are joined.
    package enum Line: Sendable {
        case straight
        /// From each point level to the next: counts over time.
        case steps
        case dashed
    }

    package let name: String
    package let points: [(x: Double, y: Double)]
    package let line: Line
    package let colour: String
    package let hasMarks: Bool

    package init(
        _ name: String, _ points: [(x: Double, y: Double)], line: Line = .straight, colour: String,
        hasMarks: Bool = true
    ) {
        self.name = name
        self.points = points
        self.line = line
        self.colour = colour
        self.hasMarks = hasMarks
    }

    /// Colours that people who see few colours can tell apart (Okabe and Ito, Color Universal Design).
    package static let colours = [
        "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000",
    ]
}
