/// A specification to start from, as `plush init` writes it.
public struct ExampleSpecification: Sendable, Equatable {
    /// What `plush init` calls it.
    public let name: String
    /// One line that says what it shows.
    public let summary: String
    /// The text of the file.
    public let text: String

    /// Makes an example.
    public init(name: String, summary: String, text: String) {
        self.name = name
        self.summary = summary
        self.text = text
    }
}
