import Foundation

/// One axis of a chart: what it measures, and where its ticks are.
package struct ChartAxis: Sendable {
    /// How values are spread over the axis.
    package enum Scale: Sendable {
        case linear
        case logarithmic
    }

    /// How ticks are written.
    package enum Unit: Sendable {
        case number
        /// `1 ms`, `10 s`: for a logarithmic axis over many decades.
        case seconds
    }

    package let label: String
    package let scale: Scale
    package let unit: Unit

    package init(_ label: String, _ scale: Scale = .linear, _ unit: Unit = .number) {
        self.label = label
        self.scale = scale
        self.unit = unit
    }

    /// Both ends of the axis for values between these.
    func ends(_ least: Double, _ most: Double) -> (low: Double, high: Double) {
        switch scale {
        case .linear:
            let step = step(most)
            return (0, max(step, (most / step).rounded(.up) * step))
        case .logarithmic:
            // A little room, so that no mark lies on the frame.
            let room = pow(max(most / least, 10), 0.03)
            return (least / room, most * room)
        }
    }

    /// Where ticks are between the ends, and which of them have words.
    func ticks(_ low: Double, _ high: Double) -> [(value: Double, text: String?)] {
        switch scale {
        case .linear:
            let step = step(high)
            return stride(from: low, through: high * 1.000_1, by: step).map { ($0, text($0)) }
        case .logarithmic:
            let decades = Int(log10(low).rounded(.down))...Int(log10(high).rounded(.up))
            let isShort = log10(high / low) < 2
            return decades.flatMap { decade in
                (1...9).map { digit -> (value: Double, text: String?) in
                    let value = Double(digit) * pow(10, Double(decade))
                    let hasWord = digit == 1 || isShort && (digit == 2 || digit == 5)
                    return (value, hasWord ? text(value) : nil)
                }
            }.filter { $0.value >= low && $0.value <= high }
        }
    }

    /// 1, 2 or 5 times a power of ten, so that there are about five ticks up to `most`.
    private func step(_ most: Double) -> Double {
        guard most > 0 else { return 1 }
        let rough = most / 5
        let power = pow(10, log10(rough).rounded(.down))
        return ([1, 2, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10) * power
    }

    /// A value's place between the ends, 0 to 1.
    func place(_ value: Double, _ low: Double, _ high: Double) -> Double {
        switch scale {
        case .linear: return (value - low) / (high - low)
        case .logarithmic: return log10(max(value, low) / low) / log10(high / low)
        }
    }

    private func text(_ value: Double) -> String {
        switch unit {
        case .number: return Self.number(value)
        case .seconds:
            for (size, name) in [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs")] where value >= size * 0.999 {
                return "\(Self.number(value / size)) \(name)"
            }
            return "\(Self.number(value * 1e9)) ns"
        }
    }

    /// With commas between thousands, and no more digits than there are.
    package static func number(_ value: Double) -> String {
        let whole = value.rounded()
        guard abs(value - whole) < 1e-6 * max(1, abs(value)) else {
            return String(format: "%g", value)
        }
        var text = String(Int(abs(whole)))
        var index = text.endIndex
        while text.distance(from: text.startIndex, to: index) > 3 {
            index = text.index(index, offsetBy: -3)
            text.insert(",", at: index)
        }
        return whole < 0 ? "-" + text : text
    }
}
