/// A file of either language, told apart by its outermost element: for `plush validate`.
public enum MarkupFile: Sendable, Equatable {
    /// `<plush>`.
    case application(ApplicationSpecification)
    /// `<directory>`.
    case directory(HostDirectory)

    /// Reads a regular file and parses it as what it says it is; anything but `<directory>` counts as a specification.
    /// - Throws: the reason why the file cannot be read, or every fault found in it.
    public static func parse(path: String) throws(SpecificationError) -> MarkupFile {
        let bytes = try SpecificationBytes.read(path: path)
        let language = MarkupLanguage.guess(bytes)
        try SpecificationBytes.check(bytes, file: path, language: language)
        let document = try MarkupDocument(parsing: bytes, file: path, language: language)
        if document.root.name == MarkupLanguage.directory.root.tag {
            return .directory(try HostDirectoryParser.directory(from: document, fileName: path))
        }
        return .application(try SpecificationParser.specification(from: document, fileName: path))
    }
}
