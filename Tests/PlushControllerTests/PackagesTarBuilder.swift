/// Writes tar headers by hand (POSIX.1-2001, "ustar Interchange Format"), so that they can be as wrong as a test needs.
struct TarBuilder {
    private(set) var bytes: [UInt8] = []

    mutating func file(_ name: String, _ body: String = "x", mode: Int = 0o644) {
        entry(name, type: "0", body: Array(body.utf8), mode: mode)
    }

    mutating func directory(_ name: String) { entry(name, type: "5") }

    /// One entry of any type; `size` is what the header claims.
    mutating func entry(
        _ name: String, type: Character, body: [UInt8] = [], mode: Int = 0o755, link: String = "", size: Int? = nil,
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ value: Int, digits: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(mode, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(size ?? body.count, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        let sum = header.reduce(0) { $0 + Int($1) }
        put(octal(sum, digits: 6) + "\0 ", at: 148)
        bytes += header + body
        bytes += [UInt8](repeating: 0, count: (512 - body.count % 512) % 512)
    }

    /// A pax extended header with one record, for the entry that follows.
    mutating func pax(_ key: String, _ value: [UInt8]) {
        let rest = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
        var length = rest.count + 1
        while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
        entry("PaxHeaders/x", type: "x", body: Array(String(length).utf8) + rest)
    }

    /// The archive with its two zero blocks.
    var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1_024) }
}
