/// A line taken apart into its numbers and the texts around them.
///
/// A number is written in digits, with a sign, a point and an exponent where it has them, and stands at the beginning of
/// a word: `load 0.53`, `mem=1024kB`, `-3e6`, `12:30`. What belongs to a name is none: `eth0`, `n17`, `v1.2.3`,
/// `10.0.0.1`.
struct NumberedText: Equatable {
    private(set) var texts: [String] = []
    private(set) var numbers: [Double] = []

    init(_ line: some Sequence<UInt8>) {
        let bytes = Array(line)
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if let (value, end) = Self.number(bytes, at: index) {
                texts.append(Self.text(text))
                numbers.append(value)
                text = []
                index = end
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
        texts.append(Self.text(text))
    }

    /// Runs of blanks depend on the width of the numbers in them.
    private static func text(_ bytes: [UInt8]) -> String {
        var single: [UInt8] = []
        for byte in bytes {
            let isBlank = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
            if !isBlank { single.append(byte) } else if single.last != UInt8(ascii: " ") { single.append(0x20) }
        }
        return String(decoding: single, as: UTF8.self)
    }

    private static func number(_ bytes: [UInt8], at start: Int) -> (value: Double, end: Int)? {
        guard beginsWord(bytes, start) else { return nil }
        var index = start
        if bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            // Between two words it is a sign of something else: 2026-11-25.
            guard start == 0 || " \t=(,:[".utf8.contains(bytes[start - 1]) else { return nil }
            index += 1
        }
        let digits = skipDigits(bytes, &index)
        guard digits > 0 else { return nil }
        if index + 1 < bytes.count, bytes[index] == UInt8(ascii: "."), isDigit(bytes[index + 1]) {
            index += 1
            _ = skipDigits(bytes, &index)
            // A second point makes it an address or a version.
            if index + 1 < bytes.count, bytes[index] == UInt8(ascii: "."), isDigit(bytes[index + 1]) { return nil }
        }
        let mantissaEnd = index
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
                index += 1
            }
            let isExponent = skipDigits(bytes, &index) > 0 && (index == bytes.count || !isWord(bytes[index]))
            if !isExponent { index = mantissaEnd }
        }
        guard let value = Double(String(decoding: bytes[start..<index], as: UTF8.self)), value.isFinite else {
            return nil
        }
        return (value, index)
    }

    /// Whether nothing before belongs to the same word.
    private static func beginsWord(_ bytes: [UInt8], _ index: Int) -> Bool {
        guard index > 0 else { return true }
        let before = bytes[index - 1]
        if isDigit(bytes[index]), before == UInt8(ascii: "-") || before == UInt8(ascii: "+"), index > 1 {
            // The sign has been looked at, and belongs to the text.
            return !isWord(bytes[index - 2]) || isDigit(bytes[index - 2])
        }
        return !isWord(before) && before != UInt8(ascii: ".")
    }

    private static func skipDigits(_ bytes: [UInt8], _ index: inout Int) -> Int {
        let begin = index
        while index < bytes.count, isDigit(bytes[index]) { index += 1 }
        return index - begin
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
