/// One variable of a process's environment.
public struct EnvironmentVariable: Sendable, Equatable {
    /// The name: letters, digits and underscores; never begins with `PLUSH_`, which agents set themselves.
    public var name: String
    /// The value exactly as written, blanks included; may be empty.
    public var value: String
    /// The line of the start tag, from 1.
    public var line: Int

    /// Makes a variable.
    public init(name: String, value: String, line: Int) {
        self.name = name
        self.value = value
        self.line = line
    }
}
