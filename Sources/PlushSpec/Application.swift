/// An application: configurations that run one after another.
public struct Application: Sendable, Equatable {
    /// The name; `application` where the file names none, the project's name where the project declares none.
    public var name: String
    /// The configurations to run, in this order; one may come several times.
    public var configurations: [Reference]
    /// The line of the start tag, from 1; that of the project for the application it has by default.
    public var line: Int

    /// Makes an application.
    public init(name: String, configurations: [Reference], line: Int) {
        self.name = name
        self.configurations = configurations
        self.line = line
    }
}
