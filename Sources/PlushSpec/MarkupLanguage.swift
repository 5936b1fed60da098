/// The languages that are read with the machinery of this module, and the words of each in faults.
package enum MarkupLanguage: Sendable, CaseIterable {
    /// Application specifications.
    case application
    /// Directory files.
    case directory

    /// The outermost element.
    package var root: ElementKind {
        switch self {
        case .application: .plush
        case .directory: .directory
        }
    }

    /// What faults call a file of it.
    package var noun: String {
        switch self {
        case .application: "a specification"
        case .directory: "a directory file"
        }
    }

    /// Where a first file comes from.
    package var origin: String {
        switch self {
        case .application: "`plush init` writes one"
        case .directory: "write \(ElementKind.directory.example) with \(ElementKind.group.example) inside"
        }
    }

    /// The option of `plush validate` that prints its schema.
    package var schemaFlag: String {
        switch self {
        case .application: "--schema"
        case .directory: "--directory-schema"
        }
    }

    /// What bytes seem to be, before they are parsed: it chooses the words of faults for what is not well-formed.
    package static func guess(_ bytes: [UInt8]) -> MarkupLanguage {
        let text = String(decoding: bytes.prefix(SpecificationLimits.fileBytesMax), as: UTF8.self)
        return text.contains("<directory") && !text.contains("<plush") ? .directory : .application
    }
}
