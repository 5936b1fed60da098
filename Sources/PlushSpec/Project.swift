/// A project: the software, configurations and applications that belong together.
public struct Project: Sendable, Equatable {
    /// The name; `project` where the file names none.
    public var name: String
    /// The software that clusters of this project may refer to.
    public var software: [Software]
    /// The configurations in the order of the file; never empty after parsing.
    public var configurations: [Configuration]
    /// The applications in the order of the file. A project that declares none has one of the project's name that
    /// runs every configuration in order, so this is never empty after parsing.
    public var applications: [Application]
    /// The line of the start tag, from 1.
    public var line: Int

    /// Makes a project from its parts.
    public init(
        name: String,
        software: [Software] = [],
        configurations: [Configuration],
        applications: [Application],
        line: Int,
    ) {
        self.name = name
        self.software = software
        self.configurations = configurations
        self.applications = applications
        self.line = line
    }

    /// The software of that name, or nil.
    public func software(named name: String) -> Software? {
        software.first { $0.name == name }
    }

    /// The configuration of that name, or nil.
    public func configuration(named name: String) -> Configuration? {
        configurations.first { $0.name == name }
    }

    /// The configurations that an application runs, in its order; an undefined reference is left out.
    public func configurations(of application: Application) -> [Configuration] {
        application.configurations.compactMap { configuration(named: $0.name) }
    }

    /// The software that a cluster asks for, in its order; an undefined reference is left out.
    public func software(of cluster: Cluster) -> [Software] {
        cluster.software.compactMap { software(named: $0.name) }
    }
}
