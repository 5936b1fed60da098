extension FileAssembler {
    /// The manifest's rules: safe paths, none twice, none both a file and a directory, and chunks that add up.
    static func check(
        _ entries: [Entry], chunkBytes: Int, limits: FileLimits,
    ) throws(RuntimeFileError) -> [Work] {
        guard entries.count <= limits.entriesMax else {
            throw RuntimeFileError(
                .limit, "\(entries.count) files are more than \(limits.entriesMax)", context: "manifest")
        }
        guard (1...limits.chunkBytesMax).contains(chunkBytes) else {
            throw RuntimeFileError(.limit, "chunks of \(chunkBytes) bytes are not allowed", context: "manifest")
        }
        var works: [Work] = []
        works.reserveCapacity(entries.count)
        var files: Set<[[UInt8]]> = []
        var directories: Set<[[UInt8]]> = []
        var totalBytes: UInt64 = 0
        for entry in entries {
            let path = try RelativePath(entry.path, limits: limits)
            guard files.insert(path.components).inserted else {
                throw RuntimeFileError(.conflictingPath, "the manifest has this file twice", context: entry.path)
            }
            var above = path.parents
            while !above.isEmpty, directories.insert(Array(above)).inserted { above.removeLast() }
            guard entry.sizeBytes <= limits.totalBytesMax - totalBytes else {
                throw RuntimeFileError(
                    .limit, "the files are larger than \(limits.totalBytesMax) bytes together", context: entry.path)
            }
            totalBytes += entry.sizeBytes
            let chunks = entry.sizeBytes / UInt64(chunkBytes) + (entry.sizeBytes % UInt64(chunkBytes) == 0 ? 0 : 1)
            guard UInt64(entry.chunkHashes.count) == chunks else {
                throw RuntimeFileError(
                    .malformed, "\(entry.chunkHashes.count) chunk hashes for \(chunks) chunks", context: entry.path)
            }
            works.append(
                Work(
                    path: path, entry: entry,
                    isWritten: Array(repeating: false, count: entry.chunkHashes.count),
                    missing: entry.chunkHashes.count))
        }
        for work in works where directories.contains(work.path.components) {
            throw RuntimeFileError(
                .conflictingPath, "the manifest has this path as a file and as a directory", context: work.entry.path)
        }
        return works
    }
}
