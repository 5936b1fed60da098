import PlushProtocol

/// Figure 5 of the paper as SVG: finished transfers over time.
package enum StudyPlot {
    private static let size = (width: 640.0, height: 400.0)
    private static let margin = 56.0
    private static let colours = ["#c0392b", "#2471a3", "#1e8449", "#7d3c98"]

    package static func svg(title: String, curves: [(name: String, completions: [Double])]) -> String {
        let end = curves.compactMap(\.completions.last).max() ?? 1
        let most = Double(curves.map(\.completions.count).max() ?? 1)
        func x(_ seconds: Double) -> Int { Int(margin + (size.width - 2 * margin) * seconds / end) }
        func y(_ count: Double) -> Int { Int(size.height - margin - (size.height - 2 * margin) * count / most) }
        var parts = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(size.width)) \(Int(size.height))\" "
                + "font-family=\"sans-serif\" font-size=\"13\">",
            "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
            "<text x=\"\(Int(margin))\" y=\"24\">\(title)</text>",
            "<path d=\"M\(x(0)) \(y(most))V\(y(0))H\(x(end))\" fill=\"none\" stroke=\"black\"/>",
        ]
        for tick in 0...4 {
            let (part, hosts) = (end * Double(tick) / 4, most * Double(tick) / 4)
            parts.append("<text x=\"\(x(part))\" y=\"\(y(0) + 18)\" text-anchor=\"middle\">\(Int(part)) s</text>")
            parts.append("<text x=\"\(x(0) - 6)\" y=\"\(y(hosts) + 4)\" text-anchor=\"end\">\(Int(hosts))</text>")
        }
        for (index, curve) in curves.enumerated() {
            let colour = colours[index % colours.count]
            var path = "M\(x(0)) \(y(0))"
            for (count, seconds) in curve.completions.enumerated() { path += "H\(x(seconds))V\(y(Double(count + 1)))" }
            parts.append("<path d=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>")
            parts.append(
                "<text x=\"\(Int(margin) + 12)\" y=\"\(60 + 18 * index)\" fill=\"\(colour)\">\(curve.name)</text>")
        }
        return (parts + ["</svg>", ""]).joined(separator: "\n")
    }

    /// Transfers of 10 MB to 100 hosts: all at once, 25 at a time, and as many as the climb finds.
    package static func figureFive() -> String {
        let model = TransferModel()
        let climb = ThroughputClimb(start: BarrierLimits.adaptiveStart, maximum: 100)
        let curves: [(name: String, completions: [Double])] = [
            ("100 at once", ThrottleStudy.run(model, count: 100, limit: .fixed(100)).completions),
            ("25 at a time", ThrottleStudy.run(model, count: 100, limit: .fixed(25)).completions),
            ("adaptive", ThrottleStudy.run(model, count: 100, limit: .adaptive(climb)).completions),
        ]
        return svg(title: "10 MB to 100 hosts: transfers finished", curves: curves)
    }
}
