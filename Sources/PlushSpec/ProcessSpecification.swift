/// A process that every host of a cluster runs.
public struct ProcessSpecification: Sendable, Equatable {
    /// The name; `process` where the file names none.
    public var name: String
    /// The executable. A relative path starts in the directory where the software was installed.
    public var path: String
    /// The arguments after the executable's own name, each exactly as written, blanks included.
    public var arguments: [String]
    /// Variables added to the environment, in the order of the file.
    public var environment: [EnvironmentVariable]
    /// Where the process starts, relative to the directory where the software was installed; nil for that directory.
    public var workingDirectory: String?
    /// How long the process may run; nil for as long as it likes.
    public var timeout: Duration?
    /// The barriers that it enters through its socket, by name.
    public var barriers: [String]
    /// The line of the start tag, from 1.
    public var line: Int

    /// Makes a process from its parts.
    public init(
        name: String,
        path: String,
        arguments: [String] = [],
        environment: [EnvironmentVariable] = [],
        workingDirectory: String? = nil,
        timeout: Duration? = nil,
        barriers: [String] = [],
        line: Int,
    ) {
        self.name = name
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.timeout = timeout
        self.barriers = barriers
        self.line = line
    }
}
