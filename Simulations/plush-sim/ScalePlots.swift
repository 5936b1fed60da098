import PlushSimulator
import PlushTree
import SimulationPlots

/// The plots of a sweep: each quantity over the number of hosts, a curve per shape.
struct ScalePlots {
    private let table: ScaleTable

    static func all(_ table: ScaleTable) -> [(name: String, chart: LineChart)] {
        let plots = ScalePlots(table: table)
        let time = ChartAxis("virtual time (logarithmic)", .logarithmic, .seconds)
        let messages = ChartAxis("messages (logarithmic)", .logarithmic)
        var charts: [(name: String, chart: LineChart)] = [
            ("round-trip.svg", plots.chart("One command: round trip", time) { seconds($0.command.roundTrip) }),
            (
                "barrier.svg",
                plots.chart("Strict barrier: last entry to last release", time) { seconds($0.barrier.release) }
            ),
            (
                "root-messages.svg",
                plots.chart("One command: messages at the root", messages) { Double($0.command.rootMessages) }
            ),
            ("launch.svg", plots.launch(time)),
        ]
        if let pair = plots.starAgainstTree(time) { charts.append(("star-against-tree.svg", pair)) }
        return charts
    }

    private static let hosts = ChartAxis("hosts (logarithmic)", .logarithmic)

    private static func seconds(_ nanoseconds: UInt64) -> Double {
        Double(nanoseconds) / 1e9
    }

    private var names: [String] {
        table.points.reduce(into: []) { names, point in
            if !names.contains(point.name) { names.append(point.name) }
        }
    }

    private func points(_ name: String, _ value: (ScaleRow) -> Double) -> [(x: Double, y: Double)] {
        table.points.filter { $0.name == name && $0.row.problems.isEmpty }
            .map { (Double($0.row.hosts), value($0.row)) }.filter { $0.y > 0 }.sorted { $0.x < $1.x }
    }

    private func chart(_ title: String, _ vertical: ChartAxis, _ value: (ScaleRow) -> Double) -> LineChart {
        LineChart(
            title, subtitle: table.assumptions, horizontal: Self.hosts, vertical: vertical,
            series: names.enumerated().map { index, name in
                ChartSeries(name, points(name, value), colour: Self.colour(name, index))
            })
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

    /// The controller logs in to all hosts, so shapes hardly differ: one is shown, beside what the closed forms promise
    /// where relays log in to their children.
    private func launch(_ vertical: ChartAxis) -> LineChart {
        let name = names.contains("kary:16") ? "kary:16" : names[0]
        let theory = LaunchTime(
            gapNanoseconds: table.model.startNanoseconds, readyNanoseconds: table.model.connectNanoseconds)
        return LineChart(
            "Launch by the controller, and by relays of 16 hosts each",
            subtitle: table.assumptions, horizontal: Self.hosts, vertical: vertical,
            series: [
                ChartSeries("\(name), measured", points(name) { Self.seconds($0.launch) }, colour: "#0072B2"),
                ChartSeries(
                    "one by one, in theory", points(name) { Self.seconds(theory.star(count: $0.hosts)) },
                    line: .dashed, colour: "#D55E00", hasMarks: false),
                ChartSeries(
                    "by relays, in theory",
                    points(name) { Self.seconds(theory.kary(arity: 16, count: $0.hosts)) }, line: .dashed,
                    colour: "#009E73", hasMarks: false),
                ChartSeries(
                    "bound", points(name) { Self.seconds(theory.optimum(count: $0.hosts)) },
                    line: .dashed, colour: "#777777", hasMarks: false),
            ])
    }

    /// The 2006 system's star and the default tree, with the bound under which nothing can be; nil where one of them was
    /// not measured.
    private func starAgainstTree(_ vertical: ChartAxis) -> LineChart? {
        let tree = "kary:16"
        guard names.contains("flat"), names.contains(tree) else { return nil }
        let roundTrip: (ScaleRow) -> Double = { Self.seconds($0.command.roundTrip) }
        let barrier: (ScaleRow) -> Double = { Self.seconds($0.barrier.release) }
        return LineChart(
            "Star against tree: a command to all hosts, a barrier over all hosts", subtitle: table.assumptions,
            horizontal: Self.hosts, vertical: vertical,
            series: [
                ChartSeries("star: command", points("flat", roundTrip), colour: "#D55E00"),
                ChartSeries("star: barrier", points("flat", barrier), line: .dashed, colour: "#D55E00"),
                ChartSeries("tree of 16: command", points(tree, roundTrip), colour: "#0072B2"),
                ChartSeries("tree of 16: barrier", points(tree, barrier), line: .dashed, colour: "#0072B2"),
                ChartSeries(
                    "bound for one message", points(tree) { Self.seconds($0.theory.bound) }, line: .dashed,
                    colour: "#777777", hasMarks: false),
            ])
    }
}
