/// How far a download has come.
package struct PackageProgress: Sendable, Equatable {
    /// Shown URL, without credentials.
    package let url: String
    /// Bytes received so far.
    package let bytes: Int64
    /// Bytes the server announced, if it did.
    package let expectedBytes: Int64?
}
