/// The bounds on what is read from, or written to, disk, each with its reason.
package struct FileLimits: Sendable {
    /// Linux's NAME_MAX.
    package var nameBytesMax = 255
    /// A quarter of Linux's PATH_MAX: room for the directory that the path is below.
    package var pathBytesMax = 1024
    /// One open directory each while collecting; far above what software packages have.
    package var depthMax = 64
    /// A large source tree has 100,000 files; each entry costs some 200 bytes of memory at each agent.
    package var entriesMax = 200_000
    /// Bounds the chunk's buffer; the protocol's chunks are smaller.
    package var chunkBytesMax = 4 << 20
    /// The bytes of one manifest or of one host's collection: keeps one host from filling the user's disk.
    package var totalBytesMax: UInt64 = 64 << 30
    /// Notes (missing, skipped, damaged) kept for one host; further ones are only counted.
    package var notesMax = 1000

    package init() {}
}
