/// A download on this machine's disk.
package struct FetchedFile: Sendable, Equatable {
    /// Path of the bytes; the name is chosen by the fetcher.
    package let location: String
    package let sizeBytes: Int64
}
