import Foundation

/// A value of JSON whose objects keep the order of their fields: that is part of the format.
enum JSONValue {
    case text(String)
    case number(Int)
    /// With three digits after the point.
    case seconds(Double)
    /// As short as it can be written without loss.
    case decimal(Double)
    case flag(Bool)
    case list([JSONValue])
    case object([(String, JSONValue)])

    /// Writes one object as a line of standard output; its first field is `event`.
    static func write(_ event: String, _ fields: [(String, JSONValue)]) {
        Terminal.output(line: JSONValue.object([("event", .text(event))] + fields).encoded)
    }

    /// The text of the value.
    var encoded: String {
        switch self {
        case .text(let text): return Self.quoted(text)
        case .number(let number): return String(number)
        case .seconds(let seconds): return String(format: "%.3f", seconds)
        case .decimal(let number): return number.isFinite ? "\(number)" : "null"
        case .flag(let flag): return flag ? "true" : "false"
        case .list(let values): return "[" + values.map(\.encoded).joined(separator: ",") + "]"
        case .object(let fields):
            return "{" + fields.map { "\(Self.quoted($0.0)):\($0.1.encoded)" }.joined(separator: ",") + "}"
        }
    }

    /// Objects are put together here; the escaping is Foundation's.
    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let data = try? encoder.encode(text) else { return "\"\"" }
        return String(decoding: data, as: UTF8.self)
    }
}
