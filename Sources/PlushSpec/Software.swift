/// Software to deliver: packages and how they are unpacked.
public struct Software: Sendable, Equatable {
    /// The name that clusters refer to.
    public var name: String
    /// How each package is unpacked.
    public var type: Kind
    /// The packages in the order of the file; never empty after parsing.
    public var packages: [Package]
    /// The line of the start tag, from 1.
    public var line: Int

    /// Makes software from its parts.
    public init(name: String, type: Kind, packages: [Package], line: Int) {
        self.name = name
        self.type = type
        self.packages = packages
        self.line = line
    }
}
