/// A name out of an archive or a specification, made into a relative path that cannot leave its directory.
struct PackagePath: Equatable {
    /// Components joined by `/`; empty when the name was `.` or `./`, the tree's own root.
    let text: String

    /// What is wrong with a name, in words that follow it in a sentence.
    enum Fault: String, Error {
        case empty = "is empty"
        case absolute = "is absolute"
        case parent = "has a '..' component"
        case nul = "contains a NUL byte"
        case notUTF8 = "is not UTF-8"
        case tooLong = "is too long"
        case componentTooLong = "has a component that is too long"
        case tooDeep = "has too many components"
    }

    /// Drops `.` and empty components, and refuses whatever could point elsewhere.
    init(_ name: String, limits: PackageLimits) throws(Fault) {
        guard !name.isEmpty else { throw .empty }
        guard name.utf8.count <= limits.pathBytesMax else { throw .tooLong }
        guard !name.utf8.contains(0) else { throw .nul }
        guard name.utf8.first != UInt8(ascii: "/") else { throw .absolute }
        // Split by bytes: a Character may join '/' with a combining mark, the kernel does not.
        let components = name.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
        for component in components {
            guard !component.elementsEqual("..".utf8) else { throw .parent }
            guard component.count <= limits.componentBytesMax else { throw .componentTooLong }
        }
        guard components.count <= limits.depthMax else { throw .tooDeep }
        text = components.map { String(Substring($0)) }.joined(separator: "/")
    }
}

/// A name in quotes, with control characters escaped so that it cannot play with the reader's terminal.
func shown(_ name: String) -> String {
    let escaped = name.unicodeScalars.map { scalar in
        scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return "'" + escaped.joined() + "'"
}
