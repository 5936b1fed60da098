/// A use of something that is defined elsewhere in the same project.
public struct Reference: Sendable, Equatable {
    /// The name of the thing meant.
    public var name: String
    /// The line of the start tag, from 1.
    public var line: Int

    /// Makes a reference.
    public init(name: String, line: Int) {
        self.name = name
        self.line = line
    }
}
