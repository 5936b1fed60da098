/// One package of a software element: its name and where the controller gets it from.
package struct PackageRequest: Sendable, Equatable {
    /// Where a package comes from: the `type` of a package element.
    package enum Source: Sendable, Equatable {
        /// A file on the controller's machine; a relative path is relative to the working directory.
        case file(String)
        /// An `http` or `https` URL.
        case web(String)
    }

    package let name: String
    package let source: Source

    package init(name: String, source: Source) {
        self.name = name
        self.source = source
    }
}
