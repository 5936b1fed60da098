/// A file ready to be sent down the tree: its name on the hosts and where its bytes are here.
package struct StagedFile: Sendable, Equatable {
    /// Relative to the software's directory, components separated by `/`; never `.`, `..` or empty components.
    package let path: String
    package let sizeBytes: Int64
    /// Permission bits, `0...0o777`.
    package let mode: UInt32
    /// Path of the bytes on this machine. Its name has nothing to do with `path`.
    package let location: String

    package init(path: String, sizeBytes: Int64, mode: UInt32, location: String) {
        self.path = path
        self.sizeBytes = sizeBytes
        self.mode = mode
        self.location = location
    }
}
