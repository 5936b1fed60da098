import NIOCore

/// The bytes of hexadecimal text in which blanks part the fields and `ab*32` means 32 times `ab`.
func hex(_ text: String) -> [UInt8] {
    text.split(whereSeparator: \.isWhitespace).flatMap { word in
        let parts = word.split(separator: "*")
        let digits = Array(parts[0])
        let bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0..<($0 + 2)]), radix: 16)! }
        return Array(repeatElement(bytes, count: parts.count == 2 ? Int(parts[1])! : 1).joined())
    }
}

/// The shortest LEB128 form of a number, made without the code under test.
func varint(_ value: UInt64) -> [UInt8] {
    value < 128 ? [UInt8(value)] : [UInt8(value % 128) + 128] + varint(value / 128)
}

func buffer(_ bytes: [UInt8]) -> ByteBuffer {
    ByteBuffer(bytes: bytes)
}
