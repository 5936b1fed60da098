import PlushProtocol
import SimulationPlots

/// Figure 5 of the paper: finished transfers over time.
package enum StudyPlot {
    /// Transfers of 10 MB to 100 hosts: all at once, 25 at a time, and as many as the climb finds.
    package static func figureFive() -> LineChart {
        let model = TransferModel()
        let climb = ThroughputClimb(start: BarrierLimits.adaptiveStart, maximum: 100)
        let curves: [(name: String, limit: ThrottleStudy.Limit)] = [
            ("100 at once", .fixed(100)), ("25 at a time", .fixed(25)), ("adaptive", .adaptive(climb)),
        ]
        return LineChart(
            "10 MB to 100 hosts", horizontal: ChartAxis("seconds"), vertical: ChartAxis("transfers finished"),
            series: curves.enumerated().map { index, curve in
                let completions = ThrottleStudy.run(model, count: 100, limit: curve.limit).completions
                let points = completions.enumerated().map { (x: $0.element, y: Double($0.offset + 1)) }
                return ChartSeries(
                    curve.name, [(0, 0)] + points, line: .steps, colour: ChartSeries.colours[index], hasMarks: false)
            })
    }
}
