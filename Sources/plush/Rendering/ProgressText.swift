import Foundation
import PlushController

/// What the line of progress says: how far a phase has come, how it goes, and how long it will take.
struct ProgressText {
    /// The phase, with the application where there are several.
    var title: String
    var counts: ControllerEvent.Progress?
    /// Barriers where hosts wait.
    var barriers: [String] = []

    /// What is said of a phase that is over.
    var account: String {
        guard let counts else { return title }
        if counts.phase == .launch {
            let missing = counts.ended - counts.started
            return "\(title): \(counts.started) of \(counts.total) hosts"
                + (missing > 0 ? ", \(missing) unreachable" : "")
        }
        let running = counts.started > counts.ended ? ", \(counts.started - counts.ended) running" : ""
        return "\(title): \(counts.ended) of \(counts.total) hosts\(running)"
    }

    /// What is said while it goes on, `seconds` after it began: the most important first, because the end is cut off at
    /// the edge of the terminal.
    func line(after seconds: Double) -> String {
        var line = ([account] + barriers).joined(separator: ", ")
        guard let counts else { return seconds >= 1 ? "\(line), \(Int(seconds)) s" : line }
        for kind in Outcome.Kind.allCases {
            if let count = counts.outcomes[kind], count < counts.total || kind != .ok { line += ", \(count) \(kind)" }
        }
        guard seconds >= 1 else { return line }
        line += ", \(Int(seconds)) s"
        guard counts.ended > 0, counts.ended < counts.total else { return line }
        let rate = Double(counts.ended) / seconds
        line += rate >= 10 ? String(format: ", %.0f/s", rate) : String(format: ", %.1f/s", rate)
        return line + ", \(Self.duration(Double(counts.total - counts.ended) / rate)) left"
    }

    static func duration(_ seconds: Double) -> String {
        let whole = Int(min(seconds.rounded(.up), 359_999))
        if whole < 100 { return "\(whole) s" }
        if whole < 6_000 { return "\(whole / 60) min" }
        return "\(whole / 3_600) h"
    }
}
