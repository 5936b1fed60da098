/// One line of a configuration file, taken apart: a keyword without regard to case, and words, of which some may be in
/// quotes (ssh_config(5), DESCRIPTION).
struct ConfigurationLine: Equatable {
    let keyword: String
    let words: [String]

    /// Nil for an empty line, and for a comment.
    init?(_ bytes: ArraySlice<UInt8>) {
        let rest = bytes.drop { Self.isBlank($0) }
        guard let first = rest.first, first != UInt8(ascii: "#") else { return nil }
        let end = rest.firstIndex { Self.isBlank($0) || $0 == UInt8(ascii: "=") } ?? rest.endIndex
        keyword = HostPatternList.lowercased(String(decoding: rest[..<end], as: UTF8.self))
        var value = rest[end...].drop { Self.isBlank($0) }
        if value.first == UInt8(ascii: "=") { value = value.dropFirst() }
        words = Self.words(value)
    }

    private static func words(_ bytes: ArraySlice<UInt8>) -> [String] {
        var words: [String] = []
        var word: [UInt8]?
        var quote: UInt8?
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let next = rest.first, [0x22, 0x27, 0x5c].contains(next) {
                word = (word ?? []) + [next]
                rest = rest.dropFirst()
            } else if byte == quote {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
                word = word ?? []
            } else if quote == nil, isBlank(byte) {
                if let word { words.append(String(decoding: word, as: UTF8.self)) }
                word = nil
            } else if quote == nil, word == nil, byte == UInt8(ascii: "#") {
                break
            } else {
                word = (word ?? []) + [byte]
            }
        }
        if let word { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }
}
