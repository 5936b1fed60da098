import PlushTree

/// One line of the application's socket, as a process writes it.
package enum ApplicationLine: Hashable, Sendable {
    /// `enter NAME [TIMEOUT]`
    case enter(barrier: String, timeoutMilliseconds: Int?)
    /// `progress 0.4`, in thousandths.
    case progress(UInt32)
    /// `event TEXT`
    case event(String)

    /// Why a line is none of these, with what would be right.
    package struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String

        package init(_ description: String) {
            self.description = description
        }
    }

    private static let help = "write enter NAME [TIMEOUT], progress FRACTION or event TEXT"

    package init(_ line: String) throws(Fault) {
        let word = line.prefix { $0 != " " }
        let rest = line.dropFirst(word.count).drop { $0 == " " }
        switch word {
        case "enter": self = try Self.enter(rest)
        case "progress": self = .progress(try Self.thousandths(rest))
        case "event":
            guard !rest.isEmpty else { throw Fault("event without a text; write event TEXT") }
            self = .event(String(rest))
        default: throw Fault("\"\(word.prefix(40))\" is no request; \(Self.help)")
        }
    }

    private static func enter(_ rest: Substring) throws(Fault) -> ApplicationLine {
        let words = rest.split(separator: " ")
        guard let name = words.first, words.count <= 2 else {
            throw Fault("write enter NAME [TIMEOUT], as in enter step 30s")
        }
        guard words.count == 2 else { return .enter(barrier: String(name), timeoutMilliseconds: nil) }
        do throws(BarrierPolicyError) {
            return .enter(barrier: String(name), timeoutMilliseconds: try BarrierDelay(words[1]).milliseconds)
        } catch {
            throw Fault(error.description)
        }
    }

    /// A decimal number from 0 to 1, of which the fourth digit and all after it do not count.
    private static func thousandths(_ text: Substring) throws(Fault) -> UInt32 {
        let fault = Fault("\"\(text.prefix(40))\" is no progress; write a number from 0 to 1, such as 0.4")
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ UInt32($0) }), parts.count <= 2, whole <= 1 else { throw fault }
        let digits = parts.count == 2 ? parts[1] : "0"
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw fault }
        let fraction = UInt32(digits.prefix(3) + String(repeating: "0", count: max(0, 3 - digits.count))) ?? 0
        guard whole * 1_000 + fraction <= 1_000 else { throw fault }
        return whole * 1_000 + fraction
    }
}
