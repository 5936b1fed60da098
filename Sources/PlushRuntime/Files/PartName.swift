import CPlushSystem

/// The names of files that are not whole yet. They stand beside the final name, so that a rename puts it in place.
enum PartName {
    static let prefix = ".plush-part-"

    static func matches(_ name: [UInt8]) -> Bool { name.starts(with: prefix.utf8) }

    /// A word that keeps two writers in one directory apart.
    static func makeTag() -> String {
        var number: UInt64 = 0
        _ = withUnsafeMutableBytes(of: &number) { plush_random_fill($0.baseAddress, $0.count) }
        return String(number, radix: 16)
    }

    static func make(tag: String, index: Int) -> [UInt8] { Array("\(prefix)\(tag)-\(index)".utf8) }
}
