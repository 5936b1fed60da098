extension Software {
    /// How the packages of a software are unpacked, the attribute `type`.
    public enum Kind: String, Sendable, Equatable, CaseIterable {
        /// Not at all: a plain file, delivered under the package's name.
        case none
        /// A tar archive.
        case tar
        /// A tar archive compressed by gzip.
        case tgz
    }
}
