/// A path that can only lead below the directory it is applied to: relative, without `..`, within the limits. Kept as
/// bytes, since names on Linux need not be UTF-8; `.` and empty components are dropped.
package struct RelativePath: Sendable, Hashable, CustomStringConvertible {
    /// The names from the root down; never empty, each without `/` and NUL.
    package let components: [[UInt8]]

    package init(_ text: String, limits: FileLimits = FileLimits()) throws(RuntimeFileError) {
        try self.init(bytes: Array(text.utf8), limits: limits)
    }

    package init(bytes: [UInt8], limits: FileLimits = FileLimits()) throws(RuntimeFileError) {
        func refuse(_ message: String) -> RuntimeFileError {
            let shown = String(decoding: bytes.prefix(limits.pathBytesMax), as: UTF8.self)
            return RuntimeFileError(.unsafePath, message, context: shown)
        }
        guard !bytes.isEmpty else { throw refuse("the path is empty") }
        guard bytes.count <= limits.pathBytesMax else {
            throw refuse("the path is longer than \(limits.pathBytesMax) bytes")
        }
        guard !bytes.contains(0) else { throw refuse("the path contains a NUL byte") }
        guard bytes[0] != UInt8(ascii: "/") else { throw refuse("the path is absolute; a relative one is needed") }
        let names = bytes.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }.map { Array($0) }
        guard !names.isEmpty else { throw refuse("the path names no file") }
        guard names.count <= limits.depthMax else {
            throw refuse("the path is deeper than \(limits.depthMax) directories")
        }
        for name in names {
            guard !name.elementsEqual("..".utf8) else { throw refuse("the path contains \"..\"") }
            guard name.count <= limits.nameBytesMax else {
                throw refuse("a name in the path is longer than \(limits.nameBytesMax) bytes")
            }
            guard !PartName.matches(name) else { throw refuse("names that begin with \(PartName.prefix) are reserved") }
        }
        components = names
    }

    /// The components joined by `/`: equal for equal files.
    package var bytes: [UInt8] { Array(components.joined(separator: [UInt8(ascii: "/")])) }

    package var description: String { String(decoding: bytes, as: UTF8.self) }

    /// The directories above the file, outermost first.
    var parents: ArraySlice<[UInt8]> { components.dropLast() }

    var name: [UInt8] { components[components.count - 1] }
}
