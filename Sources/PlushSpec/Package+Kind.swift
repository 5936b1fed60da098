extension Package {
    /// Where the path of a package leads, the attribute `type`.
    public enum Kind: String, Sendable, Equatable, CaseIterable {
        /// A file of the controller's machine.
        case file
        /// A URL, fetched once by the controller.
        case web
    }
}
