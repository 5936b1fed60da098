/// A whole specification file: what `<plush>` holds.
///
/// A value of this type that came from ``SpecificationParser`` is valid: names are unique, references resolve,
/// numbers are within ``SpecificationLimits``.
public struct ApplicationSpecification: Sendable, Equatable {
    /// The projects in the order of the file; never empty after parsing.
    public var projects: [Project]

    /// Makes a specification of the given projects.
    public init(projects: [Project]) {
        self.projects = projects
    }
}
