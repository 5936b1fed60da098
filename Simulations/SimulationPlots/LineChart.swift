import Foundation

/// Curves over one another as SVG, with axes, grid and a legend beside the plot.
package struct LineChart: Sendable {
    package var title: String
    /// What was assumed, in small letters below the title.
    package var subtitle: String
    package var horizontal: ChartAxis
    package var vertical: ChartAxis
    package var series: [ChartSeries]

    package init(
        _ title: String, subtitle: String = "", horizontal: ChartAxis, vertical: ChartAxis, series: [ChartSeries]
    ) {
        self.title = title
        self.subtitle = subtitle
        self.horizontal = horizontal
        self.vertical = vertical
        self.series = series
    }

    private static let (width, height) = (820.0, 470.0)
    private static let (left, right, top, bottom) = (84.0, 214.0, 58.0, 60.0)

    /// The same curves give the same text.
    package var svg: String {
        let points = series.flatMap(\.points)
        let xs = points.map(\.x).filter(\.isFinite), ys = points.map(\.y).filter(\.isFinite)
        guard let leftmost = xs.min(), let rightmost = xs.max(), let lowest = ys.min(), let highest = ys.max() else {
            return document(["<text x=\"40\" y=\"80\">nothing to show</text>"])
        }
        let frame = Frame(
            x: horizontal, xEnds: horizontal.ends(leftmost, rightmost), y: vertical,
            yEnds: vertical.ends(lowest, highest))
        var parts = Self.grid(frame)
        for (index, curve) in series.enumerated() { parts += Self.draw(curve, mark: index, frame) }
        parts += legend(frame)
        return document(parts)
    }

    /// Where values are on the page.
    private struct Frame {
        let x: ChartAxis
        let xEnds: (low: Double, high: Double)
        let y: ChartAxis
        let yEnds: (low: Double, high: Double)

        var area: (left: Double, right: Double, top: Double, bottom: Double) {
            (LineChart.left, LineChart.width - LineChart.right, LineChart.top, LineChart.height - LineChart.bottom)
        }

        func across(_ value: Double) -> Double {
            area.left + (area.right - area.left) * x.place(value, xEnds.low, xEnds.high)
        }

        func up(_ value: Double) -> Double {
            area.bottom - (area.bottom - area.top) * y.place(value, yEnds.low, yEnds.high)
        }
    }

    private func document(_ parts: [String]) -> String {
        let left = Self.text(Self.left)
        let head = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.text(Self.width)) \(Self.text(Self.height))\" "
                + "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\" role=\"img\">",
            "<title>\(Self.escaped(title))</title>", "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
            "<text x=\"\(left)\" y=\"26\" font-size=\"15\" font-weight=\"bold\">\(Self.escaped(title))</text>",
            "<text x=\"\(left)\" y=\"45\" font-size=\"11\" fill=\"#555\">\(Self.escaped(subtitle))</text>",
        ]
        return (head + parts + ["</svg>", ""]).joined(separator: "\n")
    }

    private static func grid(_ frame: Frame) -> [String] {
        let (left, right, top, bottom) = frame.area
        var parts: [String] = []
        for tick in frame.x.ticks(frame.xEnds.low, frame.xEnds.high) {
            let x = text(frame.across(tick.value))
            parts.append(line(x, text(top), x, text(bottom), isMajor: tick.text != nil))
            if let word = tick.text {
                parts.append("<text x=\"\(x)\" y=\"\(text(bottom + 19))\" text-anchor=\"middle\">\(word)</text>")
            }
        }
        for tick in frame.y.ticks(frame.yEnds.low, frame.yEnds.high) {
            let y = frame.up(tick.value)
            parts.append(line(text(left), text(y), text(right), text(y), isMajor: tick.text != nil))
            if let word = tick.text {
                parts.append("<text x=\"\(text(left - 8))\" y=\"\(text(y + 4.5))\" text-anchor=\"end\">\(word)</text>")
            }
        }
        let (middle, centre) = (text((left + right) / 2), text((top + bottom) / 2))
        return parts + [
            "<rect x=\"\(text(left))\" y=\"\(text(top))\" width=\"\(text(right - left))\" "
                + "height=\"\(text(bottom - top))\" fill=\"none\" stroke=\"#444\"/>",
            "<text x=\"\(middle)\" y=\"\(text(bottom + 44))\" text-anchor=\"middle\">\(escaped(frame.x.label))</text>",
            "<text x=\"20\" y=\"\(centre)\" text-anchor=\"middle\" transform=\"rotate(-90 20 \(centre))\">"
                + "\(escaped(frame.y.label))</text>",
        ]
    }

    private static func line(_ x1: String, _ y1: String, _ x2: String, _ y2: String, isMajor: Bool) -> String {
        "<path d=\"M\(x1) \(y1)L\(x2) \(y2)\" stroke=\"\(isMajor ? "#ccc" : "#eee")\"/>"
    }

    private static func draw(_ curve: ChartSeries, mark: Int, _ frame: Frame) -> [String] {
        let places = curve.points.filter { $0.x.isFinite && $0.y.isFinite }
            .map { (x: text(frame.across($0.x)), y: text(frame.up($0.y))) }
        guard let first = places.first else { return [] }
        var path = "M\(first.x) \(first.y)"
        for place in places.dropFirst() {
            switch curve.line {
            case .straight, .dashed: path += "L\(place.x) \(place.y)"
            case .steps: path += "H\(place.x)V\(place.y)"
            }
        }
        var parts = ["<path d=\"\(path)\" \(stroke(curve))/>"]
        if curve.hasMarks { parts += places.map { marker(mark, $0.x, $0.y, curve.colour) } }
        return parts
    }

    private static func stroke(_ curve: ChartSeries) -> String {
        var dashes = ""
        if case .dashed = curve.line { dashes = " stroke-dasharray=\"6 4\"" }
        return "fill=\"none\" stroke=\"\(curve.colour)\" stroke-width=\"2\" stroke-linejoin=\"round\"\(dashes)"
    }

    /// Shapes tell curves apart where colours do not.
    private static func marker(_ index: Int, _ x: String, _ y: String, _ colour: String) -> String {
        let shapes = [
            "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z", "M-4 -4H4V4H-4Z", "M0 -5L5 4H-5Z", "M0 -5L5 0L0 5L-5 0Z",
            "M0 5L5 -4H-5Z", "M-5 -2H-2V-5H2V-2H5V2H2V5H-2V2H-5Z",
        ]
        return "<path d=\"\(shapes[index % shapes.count])\" transform=\"translate(\(x) \(y))\" fill=\"\(colour)\"/>"
    }

    /// In the order in which the curves end, from top to bottom.
    private func legend(_ frame: Frame) -> [String] {
        let order = series.indices.sorted { left, right in
            let (a, b) = (series[left].points.last?.y ?? 0, series[right].points.last?.y ?? 0)
            return a != b ? a > b : left < right
        }
        return order.enumerated().flatMap { row, index -> [String] in
            let curve = series[index]
            let (x, y) = (frame.area.right + 16, frame.area.top + 12 + 22 * Double(row))
            let sample = "<path d=\"M\(Self.text(x)) \(Self.text(y))h28\" \(Self.stroke(curve))/>"
            let word =
                "<text x=\"\(Self.text(x + 36))\" y=\"\(Self.text(y + 4.5))\">\(Self.escaped(curve.name))</text>"
            guard curve.hasMarks else { return [sample, word] }
            return [sample, Self.marker(index, Self.text(x + 14), Self.text(y), curve.colour), word]
        }
    }

    private static func text(_ value: Double) -> String {
        let rounded = (value * 10).rounded() / 10
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(format: "%.1f", rounded)
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
    }
}
