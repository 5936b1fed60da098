/// Turns the XML of a specification into a validated ``ApplicationSpecification``.
///
/// The parser uses no network, reads no other file, accepts no document type declaration, and prints nothing. It is
/// safe to call from any thread. Every fault of a well-formed document is reported in one error; of a document that
/// is not well-formed, the first.
public enum SpecificationParser {
    /// Parses a text.
    /// - Parameter fileName: what faults call the file.
    /// - Throws: every fault found, sorted by line.
    public static func parse(
        _ text: String, fileName: String,
    ) throws(SpecificationError) -> ApplicationSpecification {
        try parse(Array(text.utf8), fileName: fileName)
    }

    /// Parses the bytes of a file, which must be UTF-8.
    /// - Parameter fileName: what faults call the file.
    /// - Throws: every fault found, sorted by line.
    public static func parse(
        _ bytes: [UInt8], fileName: String,
    ) throws(SpecificationError) -> ApplicationSpecification {
        try SpecificationBytes.check(bytes, file: fileName)
        return try specification(from: MarkupDocument(parsing: bytes, file: fileName), fileName: fileName)
    }

    static func specification(
        from document: MarkupDocument, fileName: String,
    ) throws(SpecificationError) -> ApplicationSpecification {
        let specification = try SpecificationWalk.specification(from: document.root, file: fileName)
        try SchemaGate.check(document, file: fileName)
        return specification
    }

    /// Reads a regular file and parses it.
    /// - Throws: the reason why the file cannot be read, or every fault found in it.
    public static func parse(path: String) throws(SpecificationError) -> ApplicationSpecification {
        try parse(SpecificationBytes.read(path: path), fileName: path)
    }
}
