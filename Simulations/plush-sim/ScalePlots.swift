import PlushSimulator
import PlushTree
import SimulationPlots

/// The plots of a sweep: each quantity over the number of hosts, a curve per shape.
enum ScalePlots {
    static func all(_ table: ScaleTable) -> [(name: String, chart: LineChart)] {
        var charts: [(name: String, chart: LineChart)] = [
            ("round-trip.svg", chart("One command: round trip", "seconds", table) { seconds($0.command.roundTrip) }),
            (
                "barrier.svg",
                chart("Strict barrier: last entry to last release", "seconds", table) {
                    seconds($0.barrier.release)
                }
            ),
            ("launch.svg", chart("Launch, all logins by the controller", "seconds", table) { seconds($0.launch) }),
            (
                "root-messages.svg",
                chart("One command: messages at the root", "messages", table) {
                    Double($0.command.rootMessages)
                }
            ),
        ]
        if let pair = starAgainstTree(table) { charts.append(("star-against-tree.svg", pair)) }
        return charts
    }

    private static func seconds(_ nanoseconds: UInt64) -> Double {
        Double(nanoseconds) / 1e9
    }

    private static let hosts = ChartAxis("hosts", .logarithmic)

    private static func chart(
        _ title: String, _ unit: String, _ table: ScaleTable, _ value: (ScaleRow) -> Double
    ) -> LineChart {
        LineChart(
            title, horizontal: hosts,
            vertical: unit == "seconds"
                ? ChartAxis("virtual time", .logarithmic, .seconds) : ChartAxis(unit, .logarithmic),
            series: names(table).enumerated().map { index, name in
                ChartSeries(name, points(table, name, value), colour: colour(name, index))
            })
    }

    private static func names(_ table: ScaleTable) -> [String] {
        table.points.reduce(into: []) { names, point in
            if !names.contains(point.name) { names.append(point.name) }
        }
    }

    private static func points(
        _ table: ScaleTable, _ name: String, _ value: (ScaleRow) -> Double
    ) -> [(x: Double, y: Double)] {
        table.points.filter { $0.name == name && $0.row.problems.isEmpty }
            .map { (Double($0.row.hosts), value($0.row)) }.filter { $0.y > 0 }.sorted { $0.x < $1.x }
    }

    /// k-ary trees are one family, from light to dark.
    private static func colour(_ name: String, _ index: Int) -> String {
        let family = [
            "2": "#9ecae1", "4": "#6baed6", "8": "#4292c6", "16": "#2171b5", "32": "#08519c", "64": "#08306b",
        ]
        if name.hasPrefix("kary:"), let shade = family[String(name.dropFirst(5))] { return shade }
        switch name {
        case "flat": return "#D55E00"
        case "binomial": return "#009E73"
        case "postal": return "#000000"
        default: return ChartSeries.colours[index % ChartSeries.colours.count]
        }
    }

    /// The 2006 system's star and the default tree, with the bound under which nothing can be; nil where one of them was
    /// not measured.
    private static func starAgainstTree(_ table: ScaleTable) -> LineChart? {
        let tree = "kary:16"
        guard names(table).contains("flat"), names(table).contains(tree) else { return nil }
        let roundTrip: (ScaleRow) -> Double = { seconds($0.command.roundTrip) }
        let barrier: (ScaleRow) -> Double = { seconds($0.barrier.release) }
        return LineChart(
            "Star against tree", horizontal: hosts,
            vertical: ChartAxis("virtual time", .logarithmic, .seconds),
            series: [
                ChartSeries("star: command", points(table, "flat", roundTrip), colour: "#D55E00"),
                ChartSeries("star: barrier", points(table, "flat", barrier), line: .dashed, colour: "#D55E00"),
                ChartSeries("tree of 16: command", points(table, tree, roundTrip), colour: "#0072B2"),
                ChartSeries("tree of 16: barrier", points(table, tree, barrier), line: .dashed, colour: "#0072B2"),
                ChartSeries(
                    "postal bound", points(table, tree) { seconds($0.theory.bound) }, line: .dashed, colour: "#777777",
                    hasMarks: false),
            ])
    }
}
