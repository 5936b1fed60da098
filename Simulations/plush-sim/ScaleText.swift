import Foundation
import PlushTree
import SimulationPlots

/// How figures of a sweep are written for people.
enum ScaleText {
    /// `1.23 ms`.
    static func time(_ nanoseconds: UInt64) -> String {
        let text = TimeText.rounded(nanoseconds)
        guard let unit = text.firstIndex(where: \.isLetter) else { return text }
        return "\(text[..<unit]) \(text[unit...])"
    }

    /// The same, and the closed form behind it where the two differ.
    static func time(_ nanoseconds: UInt64, expected: UInt64) -> String {
        let (measured, theory) = (time(nanoseconds), time(expected))
        return measured == theory ? measured : "\(measured) (\(theory))"
    }

    static func count(_ value: Int) -> String {
        ChartAxis.number(Double(value))
    }

    static func seconds(_ value: Double) -> String {
        String(format: "%.1f", value)
    }
}
