/// What came of one host's collection.
package struct CollectionSummary: Sendable, Equatable {
    /// Something the user should know about one path.
    package enum Note: Sendable, Equatable, CustomStringConvertible {
        case missing(path: String)
        /// `type` in words: "symbolic link", "socket", ...
        case skipped(path: String, type: String)
        case unreadable(path: String, reason: String)
        case damaged(path: String, status: CollectionFormat.FileStatus)

        package var description: String {
            switch self {
            case .missing(let path): return "\(path): there is no such file"
            case .skipped(let path, let type): return "\(path): left out, it is a \(type)"
            case .unreadable(let path, let reason): return "\(path): cannot be read: \(reason)"
            case .damaged(let path, let status): return "\(path): came incomplete (\(status))"
            }
        }
    }

    /// Whether the stream came to its end: without it, files may be absent.
    package var isComplete = false
    package var fileCount = 0
    package var directoryCount = 0
    package var byteCount: UInt64 = 0
    package var notes: [Note] = []
    /// Notes beyond the limit, counted only.
    package var notesDropped = 0
}
