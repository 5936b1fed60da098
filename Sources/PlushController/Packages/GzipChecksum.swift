/// CRC-32 and length of what came out of a gzip file (RFC 1952, section 2.3.1). libarchive 3.6 reads the two fields
/// at the end of the file but does not compare them, so damage inside a stored block would pass.
struct GzipChecksum {
    private var register: UInt32 = 0xffff_ffff
    private var length: UInt32 = 0

    /// The byte-wise table of the reflected polynomial 0xEDB88320 (RFC 1952, section 8).
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        length &+= UInt32(truncatingIfNeeded: bytes.count)
        register = Self.table.withUnsafeBufferPointer { table in
            bytes.reduce(register) { table[Int(($0 ^ UInt32($1)) & 0xff)] ^ ($0 >> 8) }
        }
    }

    /// Whether the last eight bytes of the file agree. A file of several gzip members does not.
    func agrees(withTrailer trailer: [UInt8]) -> Bool {
        guard trailer.count == 8 else { return false }
        func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
            bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        return littleEndian(trailer[..<4]) == ~register && littleEndian(trailer[4...]) == length
    }
}
