/// One file of a software: where it comes from.
public struct Package: Sendable, Equatable {
    /// The name; a plain file is delivered under it.
    public var name: String
    /// Where the path leads.
    public var type: Kind
    /// The text of `<path>` without surrounding blanks: a local path (a relative one starts in the directory of the
    /// specification) or an http or https URL.
    public var path: String
    /// The line of the start tag, from 1.
    public var line: Int

    /// Makes a package from its parts.
    public init(name: String, type: Kind, path: String, line: Int) {
        self.name = name
        self.type = type
        self.path = path
        self.line = line
    }
}
