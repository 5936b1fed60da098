import NIOCore

/// Puts the files of one manifest together from chunks that arrive in any order, below one directory and nowhere else.
///
/// A file has a temporary name until it is whole and each chunk's hash was right; then it is renamed into place.
package final class FileAssembler {
    package typealias Hash = (UnsafeRawBufferPointer) -> [UInt8]

    private let root: RootedDirectory
    private let chunkBytes: Int
    private let hash: Hash
    private let tag = PartName.makeTag()
    private var works: [Work]
    private var entriesMissing: Int
    /// The file that was written last: chunks mostly come in order, and open files must not grow with the entries.
    private var current: (entry: Int, part: PartFile)?

    package var isComplete: Bool { entriesMissing == 0 }

    /// Checks the whole manifest before anything is written, then makes its empty files.
    package init(
        root: RootedDirectory,
        entries: [Entry],
        chunkBytes: Int,
        limits: FileLimits = FileLimits(),
        hash: @escaping Hash,
    ) throws(RuntimeFileError) {
        self.root = root
        self.chunkBytes = chunkBytes
        self.hash = hash
        works = try FileAssembler.check(entries, chunkBytes: chunkBytes, limits: limits)
        entriesMissing = works.count
        for index in works.indices where works[index].missing == 0 {
            do {
                _ = try finish(index, part(index))
            } catch {
                abandon()
                throw error
            }
        }
    }

    deinit { abandon() }

    /// Writes one chunk, uncompressed. A chunk that is there already is ignored; a wrong one changes nothing.
    @discardableResult
    package func write(entry: Int, chunk: Int, bytes: ByteBuffer) throws(RuntimeFileError) -> Progress {
        guard works.indices.contains(entry), works[entry].isWritten.indices.contains(chunk) else {
            let message = "chunk \(chunk) of file \(entry) is not in the manifest"
            throw RuntimeFileError(.malformed, message, context: root.path)
        }
        let work = works[entry]
        guard !work.isWritten[chunk] else { return progress(entry) }
        let offset = UInt64(chunk) * UInt64(chunkBytes)
        let expected = min(UInt64(chunkBytes), work.entry.sizeBytes - offset)
        guard UInt64(bytes.readableBytes) == expected else {
            let message = "chunk \(chunk) has \(bytes.readableBytes) bytes instead of \(expected)"
            throw RuntimeFileError(.damagedChunk, message, context: root.shown(work.path))
        }
        guard bytes.withUnsafeReadableBytes(hash) == work.entry.chunkHashes[chunk] else {
            let message = "chunk \(chunk) does not have the hash that the manifest says"
            throw RuntimeFileError(.damagedChunk, message, context: root.shown(work.path))
        }
        let part = try part(entry)
        try bytes.withReadable { (raw) throws(RuntimeFileError) in try part.write(raw, at: offset) }
        works[entry].isWritten[chunk] = true
        works[entry].missing -= 1
        return works[entry].missing == 0 ? try finish(entry, part) : .more
    }

    /// Removes the files that are not whole; those in place stay. The assembler takes no chunks for them any more.
    package func abandon() {
        for index in works.indices where works[index].isStarted {
            if let part = try? part(index) { part.discard() }
            works[index].isStarted = false
            works[index].isWritten = []
        }
        current = nil
    }

    private func progress(_ entry: Int) -> Progress {
        if entriesMissing == 0 { return .allWhole }
        return works[entry].missing == 0 ? .entryWhole : .more
    }

    private func part(_ index: Int) throws(RuntimeFileError) -> PartFile {
        if let current, current.entry == index { return current.part }
        let name = PartName.make(tag: tag, index: index)
        let part: PartFile
        if works[index].isStarted {
            part = try PartFile(reopening: name, for: works[index].path, in: root)
        } else {
            part = try PartFile(creating: name, for: works[index].path, in: root)
            works[index].isStarted = true
        }
        current = (entry: index, part: part)
        return part
    }

    private func finish(_ index: Int, _ part: PartFile) throws(RuntimeFileError) -> Progress {
        try part.commit(mode: works[index].entry.mode)
        works[index].isStarted = false
        entriesMissing -= 1
        current = nil
        return progress(index)
    }
}

extension ByteBuffer {
    /// `withUnsafeReadableBytes` that keeps the type of the error.
    func withReadable(
        _ body: (UnsafeRawBufferPointer) throws(RuntimeFileError) -> Void,
    ) throws(RuntimeFileError) {
        let outcome: Result<Void, RuntimeFileError> = withUnsafeReadableBytes { raw in
            do throws(RuntimeFileError) {
                return .success(try body(raw))
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }
}
