/// Reads node-set text name by name.
///
/// What separates names is decided in ``next()`` alone: a comma or blanks, or an operator between sets.
struct NodeSetParser {
    private let bytes: [UInt8]
    private var index = 0
    /// Where the name that is being read begins.
    private var start = 0
    /// The operator before the next name, where one is written.
    private var pending: NodeSetTerm.Operator?

    init(_ text: String) throws(NodeSetError) {
        guard text.utf8.count <= NodeSetLimits.textBytesMax else {
            throw NodeSetError(
                .limit, position: 0, excerpt: String(text.prefix(NodeSetLimits.excerptMax + 1)),
                "the text has more than \(NodeSetLimits.textBytesMax) bytes; write ranges, or put names into a file")
        }
        bytes = Array(text.utf8)
    }

    /// The next name and the operator before it, or nil at the end.
    mutating func next() throws(NodeSetError) -> NodeSetTerm? {
        skipBlanks()
        start = index
        guard let byte = current else {
            if let pending { throw fault("a name is missing after \(pending.name); write one, or remove it") }
            return nil
        }
        if let next = NodeSetTerm.Operator(rawValue: byte) {
            throw fault("a name is missing before \(next.name); write one, or remove it")
        }
        let pattern = try name()
        let term = NodeSetTerm(operation: pending ?? .union, pattern: pattern)
        skipBlanks()
        pending = current.flatMap { NodeSetTerm.Operator(rawValue: $0) }
        if pending != nil { index += 1 }
        return term
    }

    /// What the groups of the name just read have said against it.
    func refusal(_ message: String) -> NodeSetError {
        error(.group, at: start, message)
    }

    /// A limit that the name just read exceeds.
    func limit(_ message: String) -> NodeSetError {
        error(.limit, at: start, message)
    }

    private var current: UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    private mutating func skipBlanks() {
        while let byte = current, Self.isBlank(byte) { index += 1 }
    }

    private mutating func name() throws(NodeSetError) -> NodeSetPattern {
        var pattern = NodeSetPattern()
        var text: [UInt8] = []
        while let byte = current, NodeSetTerm.Operator(rawValue: byte) == nil, !Self.isBlank(byte) {
            switch byte {
            case UInt8(ascii: "["):
                if !text.isEmpty { pattern.parts.append(.text(text)) }
                text = []
                index += 1
                pattern.parts.append(.numbers(try numbers()))
            case UInt8(ascii: "]"):
                throw fault("found ] without [ before it; write n[1-3]")
            case 0..<0x20, 0x7F:
                throw fault("found a control character; names are printable text")
            default:
                text.append(byte)
                index += 1
            }
        }
        if !text.isEmpty { pattern.parts.append(.text(text)) }
        return pattern
    }

    /// What is within brackets, after the opening one.
    private mutating func numbers() throws(NodeSetError) -> [NodeSetPattern.Progression] {
        var progressions: [NodeSetPattern.Progression] = []
        while true {
            progressions.append(try progression())
            switch current {
            case UInt8(ascii: ","): index += 1
            case UInt8(ascii: "]"):
                index += 1
                return progressions
            case nil: throw fault("] is missing at the end; write n[1-3]")
            case .some: throw unexpected(", or ] after a number")
            }
        }
    }

    /// `7`, `1-10` or `1-10/2`, blanks around numbers allowed.
    private mutating func progression() throws(NodeSetError) -> NodeSetPattern.Progression {
        skipBlanks()
        let begin = index
        let first = try number("a number, or a range such as 1-10")
        guard current == UInt8(ascii: "-") else {
            if current == UInt8(ascii: "/") {
                throw fault("a step belongs to a range; write as in 1-10/2")
            }
            return NodeSetPattern.Progression(first: first.value, last: first.value, step: 1, width: first.width)
        }
        index += 1
        skipBlanks()
        let last = try number("the last number of the range, as in 1-10")
        guard first.digits == last.digits || first.width + last.width == 0 else {
            throw error(
                .syntax, at: begin,
                "one end of the range has \(first.digits) digits and the other \(last.digits); write zeros before both, "
                    + "as in 001-100, or before none")
        }
        guard first.value <= last.value else {
            throw error(.syntax, at: begin, "the range ends before it begins; write \(last.value)-\(first.value)")
        }
        var step: UInt64 = 1
        if current == UInt8(ascii: "/") {
            index += 1
            skipBlanks()
            let stepBegin = index
            step = try number("a step, as in 1-10/2").value
            guard step > 0 else { throw error(.syntax, at: stepBegin, "a step of 0 never ends; write 1 or more") }
        }
        return NodeSetPattern.Progression(
            first: first.value, last: last.value, step: step, width: max(first.width, last.width))
    }

    /// A number; its width counts its digits where zeros are in front, and is 0 where there are none.
    private mutating func number(_ wanted: String) throws(NodeSetError) -> (value: UInt64, digits: Int, width: Int) {
        let begin = index
        while let byte = current, Self.isDigit(byte) { index += 1 }
        let digits = index - begin
        guard digits > 0 else {
            if current == nil { throw fault("] is missing at the end; write n[1-3]") }
            throw unexpected(wanted)
        }
        let significant = bytes[begin..<index].drop { $0 == UInt8(ascii: "0") }
        guard significant.count <= NodeSetLimits.digitsMax, digits <= NodeSetLimits.nameBytesMax else {
            throw error(
                .limit, at: begin, "the number has too many digits; at most \(NodeSetLimits.digitsMax) are accepted")
        }
        let isPadded = digits > 1 && bytes[begin] == UInt8(ascii: "0")
        let value = significant.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - UInt8(ascii: "0")) }
        skipBlanks()
        return (value, digits, isPadded ? digits : 0)
    }

    private func unexpected(_ wanted: String) -> NodeSetError {
        let rest = String(decoding: bytes[index...].prefix(16), as: UTF8.self)
        let found = rest.first.map { "\"\($0)\"" } ?? "the end"
        if rest.first == "[" { return fault("found [ within brackets; close the first one before it") }
        if rest.first == ":" {
            return fault("found : within brackets; write an IPv6 address without them, a port after them: n[1-3]:22")
        }
        return fault("found \(found), expected \(wanted)")
    }

    private func fault(_ message: String) -> NodeSetError {
        error(.syntax, at: index, message)
    }

    private func error(_ code: NodeSetError.Code, at place: Int, _ message: String) -> NodeSetError {
        let position = String(decoding: bytes[..<place], as: UTF8.self).count + 1
        let name = excerpt()
        return NodeSetError(
            code, position: position,
            excerpt: name.isEmpty
                ? String(decoding: bytes.prefix(4 * NodeSetLimits.excerptMax), as: UTF8.self) : name, message)
    }

    /// The name that is being read, as far as it goes; commas within brackets belong to it.
    private func excerpt() -> String {
        var depth = 0
        let name = bytes[start...].prefix { byte in
            if byte == UInt8(ascii: "[") { depth += 1 }
            if byte == UInt8(ascii: "]") { depth -= 1 }
            return depth > 0 || (NodeSetTerm.Operator(rawValue: byte) == nil && !Self.isBlank(byte))
        }
        return String(decoding: name.prefix(4 * NodeSetLimits.excerptMax), as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
