/// One place that hosts come from.
public struct Resource: Sendable, Equatable {
    /// What sort of place.
    public var type: Kind
    /// Which part of it, such as a PlanetLab slice; means nothing for `local`.
    public var group: String?
    /// The line of the start tag, from 1; that of the configuration for the local resource it has by default.
    public var line: Int

    /// Makes a resource.
    public init(type: Kind, group: String? = nil, line: Int) {
        self.type = type
        self.group = group
        self.line = line
    }
}
