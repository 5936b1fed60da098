import Foundation
import Testing

/// What `plush --json` told about a run over SSH.
struct JSONSummary {
    let code: Int32
    let errorText: String
    let events: [JSONEvent]
    private let summary: JSONEvent

    init(_ end: Program.End, sourceLocation: SourceLocation = #_sourceLocation) throws {
        code = end.code
        errorText = end.errorText
        summary = try end.summary(sourceLocation: sourceLocation)
        events = try end.events()
    }

    var targets: Int { summary.number("targets") }

    /// The hosts of one of the six classes.
    func count(_ outcome: String) -> Int { summary.outcomes[outcome] ?? -1 }

    /// What is said of the hosts that could not be reached: one event for each cause.
    var unreachable: [JSONEvent] { events.filter { $0.event == "unreachable" } }

    /// The cause for which a host could not be reached; empty: none was given.
    func cause(_ host: String) -> String {
        unreachable.first { $0.hosts.contains(host) }?.text("cause") ?? ""
    }

    func remedy(_ host: String) -> String {
        unreachable.first { $0.hosts.contains(host) }?.text("remedy") ?? ""
    }

    /// Standard output by host.
    var output: [String: String] {
        let pieces = events.filter { $0.event == "output" && $0.text("stream") == "stdout" }
        return pieces.reduce(into: [:]) { all, piece in
            for host in piece.hosts { all[host, default: ""] += piece.text("text") }
        }
    }

    /// All hosts did what was asked for.
    func expectAllOK(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(code == 0, "\(account)", sourceLocation: sourceLocation)
        #expect(self.count("ok") == count, "\(account)", sourceLocation: sourceLocation)
        #expect(targets == count, sourceLocation: sourceLocation)
    }

    /// For a failed test's message.
    var account: String {
        let lines = unreachable.map { "\($0.text("hosts")): \($0.text("cause")) (\($0.text("remedy")))" }
        let warnings = events.filter { $0.event == "warning" || $0.event == "lost" }.map { "\($0.fields)" }
        return (lines + warnings + [errorText]).joined(separator: "\n")
    }
}
