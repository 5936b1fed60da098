/// Why bytes from a peer were refused. The link they came over is closed; no other link is touched.
package struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of refusal.
    package enum Code: String, Hashable, Sendable {
        case truncated
        case tooLong
        case unknownType
        case malformed
        case trailingBytes
    }

    package let code: Code
    /// The field that was being read.
    package let field: String

    package init(_ code: Code, _ field: String) {
        self.code = code
        self.field = field
    }

    package var description: String {
        "malformed message: \(field) \(code.rawValue)"
    }
}
