/// Turns the XML of a directory file into a validated ``HostDirectory``; as careful as ``SpecificationParser``.
public enum HostDirectoryParser {
    /// A directory file to begin with, for messages that ask for one.
    public static let example = """
        <directory>
          <group name="lab" type="ssh" user="me"> <hosts>n[001-100], m7</hosts> </group>
          <group name="ucsd_3" type="plab"> <hosts>planetlab[1-3].ucsd.edu</hosts> </group>
        </directory>
        """

    /// Parses a text.
    /// - Parameter fileName: what faults call the file.
    /// - Throws: every fault found, sorted by line.
    public static func parse(_ text: String, fileName: String) throws(SpecificationError) -> HostDirectory {
        try parse(Array(text.utf8), fileName: fileName)
    }

    /// Parses the bytes of a file, which must be UTF-8.
    /// - Parameter fileName: what faults call the file.
    /// - Throws: every fault found, sorted by line.
    public static func parse(_ bytes: [UInt8], fileName: String) throws(SpecificationError) -> HostDirectory {
        try SpecificationBytes.check(bytes, file: fileName, language: .directory)
        return try directory(
            from: MarkupDocument(parsing: bytes, file: fileName, language: .directory), fileName: fileName)
    }

    /// Reads a regular file and parses it.
    /// - Throws: the reason why the file cannot be read, or every fault found in it.
    public static func parse(path: String) throws(SpecificationError) -> HostDirectory {
        try parse(SpecificationBytes.read(path: path), fileName: path)
    }

    static func directory(
        from document: MarkupDocument, fileName: String,
    ) throws(SpecificationError) -> HostDirectory {
        let directory = try SpecificationWalk.directory(from: document.root, file: fileName)
        try SchemaGate.check(document, file: fileName, language: .directory)
        return directory
    }
}
