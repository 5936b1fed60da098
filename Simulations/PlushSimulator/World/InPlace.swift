import PlushProtocol

// A node is a large value that a world keeps in an object. Reading a property of it there copies the whole node first,
// because somebody might change it meanwhile; inside a change, nobody can, and nothing is copied. Half of the time of a
// large world went into such copies.

extension RelayNode {
    /// Looks at the node, or changes it, where it is.
    mutating func inPlace<T>(_ body: (inout RelayNode) -> T) -> T {
        body(&self)
    }
}

extension ControllerNode {
    /// Looks at the node, or changes it, where it is.
    mutating func inPlace<T>(_ body: (inout ControllerNode) -> T) -> T {
        body(&self)
    }
}
