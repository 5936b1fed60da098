/// How an operation ended on one rank. The six kinds always add up to the number of targets.
public struct Outcome: Hashable, Sendable {
    /// The six kinds; `lost` means that the root gave up, `unreachable` that the host never joined, `notStarted` that
    /// the operation provably never ran there.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        case ok = 0
        case failed = 1
        case timedOut = 2
        case unreachable = 3
        case lost = 4
        case notStarted = 5
    }

    /// Which of the six.
    public let kind: Kind
    /// For `failed`: the exit code (0 to 255), or the signal's number negated; 0 otherwise.
    public let code: Int32
    /// A word on the cause where there is one, short, equal on hosts that share it (so that they merge).
    public let detail: String

    /// Makes an outcome; a detail longer than the wire takes is cut at a character.
    public init(_ kind: Kind, code: Int32 = 0, detail: String = "") {
        self.kind = kind
        self.code = code
        self.detail = WireWriter.cutDetail(detail)
    }

    /// Ended well.
    public static let ok = Outcome(.ok)

    /// Stopped by a cancel, however the command then ended: what it would have done by itself is not known.
    package static func cancelled(code: Int32) -> Outcome {
        Outcome(.failed, code: code == 0 ? -15 : code, detail: cancelledDetail)
    }

    /// Whether a cancel stopped it.
    package var isCancelled: Bool {
        kind == .failed && detail == Self.cancelledDetail
    }

    private static let cancelledDetail = "cancelled"
}

extension Outcome: WireValue {
    package func write(to writer: inout WireWriter) {
        writer.fixed(kind.rawValue)
        writer.fixed(code)
        writer.detail(detail)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        guard let kind = Kind(rawValue: try reader.fixed(UInt8.self, "outcome")) else {
            throw WireError(.malformed, "outcome")
        }
        let code = try reader.fixed(Int32.self, "outcome code")
        self.init(kind, code: code, detail: try reader.text(max: WireLimits.detailBytesMax, "outcome detail"))
    }
}

extension Outcome: CustomStringConvertible {
    /// As people read it: `ok`, `exit 3`, `signal 9`, `timed out`, ... with the cause after a colon.
    public var description: String {
        let word: String
        switch kind {
        case .ok: word = "ok"
        case .failed: word = code < 0 ? "signal \(code.magnitude)" : "exit \(code)"
        case .timedOut: word = "timed out"
        case .unreachable: word = "unreachable"
        case .lost: word = "lost"
        case .notStarted: word = "not started"
        }
        return detail.isEmpty ? word : "\(word): \(detail)"
    }
}

extension Outcome.Kind: CustomStringConvertible {
    /// The name in JSON and in the documentation.
    public var description: String {
        switch self {
        case .ok: return "ok"
        case .failed: return "failed"
        case .timedOut: return "timedOut"
        case .unreachable: return "unreachable"
        case .lost: return "lost"
        case .notStarted: return "notStarted"
        }
    }
}
