import Foundation
import Testing

/// What a run with `--json` tells of its barriers.
struct BarrierEvents {
    private let events: [JSONEvent]

    init(_ events: [JSONEvent]) {
        self.events = events
    }

    /// All hosts of the events of one kind about a barrier.
    func hosts(_ event: String, _ barrier: String) -> Set<String> {
        of(event, barrier).reduce(into: Set()) { $0.formUnion($1.hosts) }
    }

    func of(_ event: String, _ barrier: String) -> [JSONEvent] {
        events.filter { $0.event == event && $0.text("barrier") == barrier }
    }

    /// The release of a barrier's first generation; there must be one.
    func release(_ barrier: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONEvent {
        let releases = of("released", barrier)
        try #require(releases.count == 1, "\(events.map(\.fields))", sourceLocation: sourceLocation)
        return releases[0]
    }

    /// What the commands of a name have printed, by host.
    func output(_ name: String) -> [String: String] {
        var texts: [String: String] = [:]
        for event in events where event.event == "output" && event.text("name") == name {
            for host in event.hosts { texts[host, default: ""] += event.text("text") }
        }
        return texts
    }

    /// The account of a barrier in the summary.
    static func account(_ barrier: String, in summary: JSONEvent) throws -> [String: any Sendable] {
        let list = try #require(summary.list("barriers"), "\(summary.fields)")
        return try #require(list.first { $0["barrier"] as? String == barrier })
    }
}

extension JSONEvent {
    var missing: Set<String> { Set(NodeNames.unfold(text("missing"))) }

    /// A list of objects.
    func list(_ key: String) -> [[String: any Sendable]]? {
        fields[key] as? [[String: any Sendable]]
    }
}

extension Program {
    /// Waits for an event; fails when the program ends, or none comes.
    func waits(
        for what: String, sourceLocation: SourceLocation = #_sourceLocation, _ isIt: (BarrierEvents) -> Bool
    ) async throws {
        let came = try await eventually { try hasEnded || isIt(BarrierEvents(events())) }
        let text = "no \(what): \(String(decoding: output.suffix(4_000), as: UTF8.self)) \(errorText)"
        try #require(try came && isIt(BarrierEvents(events())), "\(text)", sourceLocation: sourceLocation)
    }
}

/// The names of local hosts.
func locals(_ ranks: Range<Int>) -> Set<String> {
    Set(ranks.map { "local\($0)" })
}
