extension FileAssembler {
    /// One file of a manifest.
    package struct Entry: Sendable, Equatable {
        /// Where it goes, relative to the application's directory.
        package var path: String
        package var sizeBytes: UInt64
        /// Permission bits; all but 0777 is dropped.
        package var mode: UInt32
        /// The hash of each chunk in order; none for an empty file.
        package var chunkHashes: [[UInt8]]

        package init(path: String, sizeBytes: UInt64, mode: UInt32, chunkHashes: [[UInt8]]) {
            self.path = path
            self.sizeBytes = sizeBytes
            self.mode = mode
            self.chunkHashes = chunkHashes
        }
    }

    /// What is whole after a chunk was written.
    package enum Progress: Sendable, Equatable {
        /// Chunks of this entry are missing.
        case more
        /// This entry stands under its name; others are missing.
        case entryWhole
        /// Everything is in place.
        case allWhole
    }

    /// An entry after its checks, with what has arrived of it.
    struct Work {
        let path: RelativePath
        let entry: Entry
        var isWritten: [Bool]
        var missing: Int
        /// Whether the temporary file exists.
        var isStarted = false
    }
}
