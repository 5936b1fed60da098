import Foundation
import Testing

@testable import SimulationPlots

/// Axes, ticks and text of the plots.
@Suite struct LineChartTests {
    @Test(arguments: [
        (0, "0"), (7, "7"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-45_000, "-45,000"),
        (0.5, "0.5"),
    ])
    func numbersAreWrittenForPeople(value: Double, text: String) {
        #expect(ChartAxis.number(value) == text)
    }

    @Test func aLogarithmicAxisNamesDecadesAndHasLinesBetween() {
        let axis = ChartAxis("hosts", .logarithmic)
        let (low, high) = axis.ends(100, 100_000)
        #expect(low < 100 && low > 50 && high > 100_000 && high < 200_000)
        let ticks = axis.ticks(low, high)
        #expect(ticks.compactMap(\.text) == ["100", "1,000", "10,000", "100,000"])
        #expect(ticks.count > 25 && ticks.allSatisfy { $0.value >= low && $0.value <= high })
        #expect(
            abs(
                axis.place(1_000, low, high) - axis.place(100, low, high)
                    - (axis.place(10_000, low, high) - axis.place(1_000, low, high))) < 1e-9)
    }

    @Test func aShortLogarithmicAxisNamesMore() {
        let axis = ChartAxis("time", .logarithmic, .seconds)
        #expect(axis.ticks(0.000_9, 0.025).compactMap(\.text) == ["1 ms", "2 ms", "5 ms", "10 ms", "20 ms"])
    }

    @Test(arguments: [(100.0, 20.0), (344.3, 100.0), (7.0, 2.0), (0.3, 0.1)])
    func aLinearAxisBeginsAtZeroAndHasRoundSteps(most: Double, step: Double) {
        let axis = ChartAxis("n")
        let (low, high) = axis.ends(3, most)
        #expect(low == 0 && high >= most)
        let values = axis.ticks(low, high).map(\.value)
        #expect((4...8).contains(values.count))
        #expect(abs(values[1] - step) < 1e-9 && axis.place(high, low, high) == 1)
    }

    @Test func aChartIsTheSameTextEachTimeAndEscapesIt() {
        let chart = LineChart(
            "a < b & c", subtitle: "L > g", horizontal: ChartAxis("x"), vertical: ChartAxis("y", .logarithmic),
            series: [ChartSeries("curve", [(1, 10), (2, 1_000), (3, .infinity)], colour: "#000000")])
        #expect(chart.svg == chart.svg)
        #expect(chart.svg.contains("a &lt; b &amp; c") && chart.svg.contains("L &gt; g"))
        #expect(!chart.svg.contains("nan") && !chart.svg.contains("inf"))
    }

    @Test func nothingToShowIsSaid() {
        let chart = LineChart("none", horizontal: ChartAxis("x"), vertical: ChartAxis("y"), series: [])
        #expect(chart.svg.contains("nothing to show"))
    }
}
