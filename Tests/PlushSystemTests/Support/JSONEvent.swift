import Foundation
import Testing

/// A line of `--json`.
struct JSONEvent {
    let fields: [String: any Sendable]

    /// Every line must be an object with an `event`.
    static func parse(_ bytes: [UInt8]) throws -> [JSONEvent] {
        try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let value = try JSONSerialization.jsonObject(with: Data(line))
            let fields = try #require(value as? [String: Any], "\(String(decoding: line, as: UTF8.self))")
            try #require(fields["event"] is String)
            return JSONEvent(fields: fields.mapValues(Self.sendable))
        }
    }

    private static func sendable(_ value: Any) -> any Sendable {
        if let text = value as? String { return text }
        if let object = value as? [String: Any] { return object.mapValues(sendable) }
        if let list = value as? [[String: Any]] { return list.map { $0.mapValues(sendable) } }
        if let number = value as? NSNumber { return number.doubleValue }
        return "\(value)"
    }

    var event: String { text("event") }

    func text(_ key: String) -> String {
        fields[key] as? String ?? ""
    }

    func number(_ key: String) -> Int {
        Int(fields[key] as? Double ?? -1)
    }

    /// The six classes of a summary.
    var outcomes: [String: Int] {
        (fields["outcomes"] as? [String: any Sendable] ?? [:]).compactMapValues { ($0 as? Double).map { Int($0) } }
    }

    /// The host names of `hosts`, unfolded: `local[0-2,5]`.
    var hosts: Set<String> {
        Set(NodeNames.unfold(text("hosts")))
    }
}

extension Program.End {
    func events() throws -> [JSONEvent] {
        try JSONEvent.parse(output)
    }

    /// The summary, which is the last line and the only one, and whose six classes add up to the targets.
    func summary(sourceLocation: SourceLocation = #_sourceLocation) throws -> JSONEvent {
        let events = try events()
        let summary = try #require(events.last, "no output; \(errorText)", sourceLocation: sourceLocation)
        #expect(summary.event == "summary", sourceLocation: sourceLocation)
        #expect(events.filter { $0.event == "summary" }.count == 1, sourceLocation: sourceLocation)
        #expect(
            Set(summary.outcomes.keys) == ["ok", "failed", "timedOut", "unreachable", "lost", "notStarted"],
            sourceLocation: sourceLocation)
        #expect(
            summary.outcomes.values.reduce(0, +) == summary.number("targets"), sourceLocation: sourceLocation)
        return summary
    }
}

/// Names as they are folded, `a[0-2,5],b`.
enum NodeNames {
    static func unfold(_ text: String) -> [String] {
        var names: [String] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            let prefix = rest.prefix { $0 != "[" && $0 != "," }
            rest = rest.dropFirst(prefix.count)
            if rest.first == "[", let end = rest.firstIndex(of: "]") {
                let inside = rest[rest.index(after: rest.startIndex)..<end]
                for part in inside.split(separator: ",") {
                    let bounds = part.split(separator: "-").compactMap { Int($0) }
                    guard let lower = bounds.first, let upper = bounds.last, lower <= upper else { continue }
                    names += (lower...upper).map { "\(prefix)\($0)" }
                }
                rest = rest[rest.index(after: end)...]
            } else {
                names.append(String(prefix))
            }
            rest = rest.drop { $0 == "," }
        }
        return names
    }
}
