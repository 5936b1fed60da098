import CPlushSystem
import Glibc
import NIOCore

/// Writes one host's `CollectionFormat` stream below DIR/HOST. The host is not trusted: nothing is allocated or written
/// before its length was checked, and nothing is written elsewhere.
package final class CollectionSink {
    private struct Header {
        let kind: CollectionFormat.Kind
        let mode: UInt32
        let sizeBytes: UInt64
        let pathLength: Int
    }

    private struct Content {
        let path: RelativePath
        let part: PartFile
        let mode: UInt32
        let sizeBytes: UInt64
        var offset: UInt64 = 0
    }

    private enum State {
        case magic
        case header
        case path(Header)
        case content(Content)
        case status(Content)
        case ended
        case failed(RuntimeFileError)
    }

    private let root: RootedDirectory
    private let limits: FileLimits
    private let tag = PartName.makeTag()
    private var state = State.magic
    /// Bytes of a header or path that is not whole yet; at most one path long.
    private var carry = ByteBuffer()
    private var entryCount: UInt64 = 0
    private var announcedBytes: UInt64 = 0
    private var summary = CollectionSummary()

    /// Makes `directory` and, in it, the directory of the host.
    package init(directory: String, host: String, limits: FileLimits = FileLimits()) throws(RuntimeFileError) {
        self.limits = limits
        try CollectionSink.makeDirectories(directory)
        root = try RootedDirectory(opening: directory).subdirectory(host)
    }

    deinit { discard() }

    private static func makeDirectories(_ path: String) throws(RuntimeFileError) {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw RuntimeFileError(.unsafePath, "the output directory is not a path", context: path)
        }
        var made = path.hasPrefix("/") ? "/" : ""
        for name in path.split(separator: "/") {
            made += name + "/"
            if mkdir(made, 0o755) != 0 && errno != EEXIST {
                throw RuntimeFileError(cause: errno, doing: "make the directory", context: made)
            }
        }
    }

    /// Takes all of the bytes. After it has thrown, it throws the same again.
    package func consume(_ bytes: inout ByteBuffer) throws(RuntimeFileError) {
        if case .failed(let error) = state { throw error }
        do {
            while try step(&bytes) {}
        } catch {
            discard()
            carry.clear()
            state = .failed(error)
            throw error
        }
    }

    /// To be called when no more bytes come: removes a file that is not whole, and says what is there.
    package func finish() -> CollectionSummary {
        discard()
        if case .ended = state { summary.isComplete = true }
        return summary
    }

    private func discard() {
        switch state {
        case .content(let content), .status(let content):
            content.part.discard()
            state = .failed(RuntimeFileError(.malformed, "the collection was cut off", context: root.path))
        case .magic, .header, .path, .ended, .failed: break
        }
    }

    /// One step of the parser; false when it needs more bytes.
    private func step(_ bytes: inout ByteBuffer) throws(RuntimeFileError) -> Bool {
        switch state {
        case .magic:
            guard let magic = take(CollectionFormat.magic.count, &bytes) else { return false }
            guard magic.readableBytesView.elementsEqual(CollectionFormat.magic) else {
                throw malformed("the stream does not begin as a collection of this version")
            }
            state = .header
        case .header:
            guard var header = take(CollectionFormat.headerBytes, &bytes) else { return false }
            try read(&header)
        case .path(let header):
            guard let path = take(header.pathLength, &bytes) else { return false }
            try enter(header, RelativePath(bytes: Array(path.readableBytesView), limits: limits))
        case .content(let content):
            return try write(content, &bytes)
        case .status(let content):
            guard let status: UInt8 = bytes.readInteger() else { return false }
            try close(content, status)
        case .ended:
            guard bytes.readableBytes == 0 else { throw malformed("bytes follow the end of the collection") }
            return false
        case .failed(let error):
            throw error
        }
        return true
    }

    private func malformed(_ message: String) -> RuntimeFileError {
        RuntimeFileError(.malformed, message, context: root.path)
    }

    /// Exactly `count` bytes, gathered over as many calls as it takes.
    private func take(_ count: Int, _ bytes: inout ByteBuffer) -> ByteBuffer? {
        let wanted = min(count - carry.readableBytes, bytes.readableBytes)
        if var slice = bytes.readSlice(length: wanted) { carry.writeBuffer(&slice) }
        guard carry.readableBytes == count else { return nil }
        defer { carry.clear() }
        return carry
    }

    private func read(_ bytes: inout ByteBuffer) throws(RuntimeFileError) {
        guard let fields = bytes.readMultipleIntegers(as: (UInt8, UInt16, UInt64, UInt16).self),
            let kind = CollectionFormat.Kind(rawValue: fields.0)
        else { throw malformed("an entry of a kind that is not known") }
        let header = Header(
            kind: kind, mode: UInt32(fields.1), sizeBytes: fields.2, pathLength: Int(fields.3))
        if kind == .end {
            guard header.sizeBytes == entryCount, header.pathLength == 0 else {
                throw malformed("the end does not count the entries before it")
            }
            state = .ended
            return
        }
        guard (1...limits.pathBytesMax).contains(header.pathLength) else {
            throw malformed("a path of \(header.pathLength) bytes is not allowed")
        }
        entryCount += 1
        guard entryCount <= UInt64(limits.entriesMax) else {
            throw RuntimeFileError(.limit, "more than \(limits.entriesMax) entries", context: root.path)
        }
        if kind == .file {
            guard header.sizeBytes <= limits.totalBytesMax - announcedBytes else {
                throw RuntimeFileError(
                    .limit, "the files are larger than \(limits.totalBytesMax) bytes together", context: root.path)
            }
            announcedBytes += header.sizeBytes
        }
        state = .path(header)
    }

    private func enter(_ header: Header, _ path: RelativePath) throws(RuntimeFileError) {
        state = .header
        switch header.kind {
        case .file:
            let name = PartName.make(tag: tag, index: Int(entryCount))
            let part = try PartFile(creating: name, for: path, in: root)
            // The user's files are never writable by others, and always by the user.
            let mode = header.mode & 0o755 | 0o600
            let content = Content(path: path, part: part, mode: mode, sizeBytes: header.sizeBytes)
            state = header.sizeBytes == 0 ? .status(content) : .content(content)
        case .directory:
            _ = try root.directory(path.components[...], creatingWith: 0o755)
            summary.directoryCount += 1
        case .missing:
            note(.missing(path: printable(path.description)))
        case .skipped:
            note(.skipped(path: printable(path.description), type: CollectionSink.typeName(header.mode)))
        case .unreadable:
            let reason = String(cString: plush_error_words(Int32(clamping: header.sizeBytes)))
            note(.unreadable(path: printable(path.description), reason: reason))
        case .end:
            throw malformed("an end with a path")
        }
    }

    private func write(_ content: Content, _ bytes: inout ByteBuffer) throws(RuntimeFileError) -> Bool {
        var content = content
        let count = Int(min(UInt64(bytes.readableBytes), content.sizeBytes - content.offset))
        guard count > 0, let slice = bytes.readSlice(length: count) else { return false }
        try slice.withReadable { (raw) throws(RuntimeFileError) in try content.part.write(raw, at: content.offset) }
        content.offset += UInt64(count)
        summary.byteCount += UInt64(count)
        state = content.offset == content.sizeBytes ? .status(content) : .content(content)
        return true
    }

    private func close(_ content: Content, _ status: UInt8) throws(RuntimeFileError) {
        guard let status = CollectionFormat.FileStatus(rawValue: status) else {
            throw malformed("a file ends with a status that is not known")
        }
        try content.part.commit(mode: content.mode)
        state = .header
        summary.fileCount += 1
        if status != .whole { note(.damaged(path: printable(content.path.description), status: status)) }
    }

    private func note(_ note: CollectionSummary.Note) {
        if summary.notes.count < limits.notesMax {
            summary.notes.append(note)
        } else {
            summary.notesDropped += 1
        }
    }

    private static func typeName(_ mode: UInt32) -> String {
        switch mode & S_IFMT {
        case S_IFLNK: return "symbolic link"
        case S_IFSOCK: return "socket"
        case S_IFIFO: return "pipe"
        case S_IFBLK, S_IFCHR: return "device"
        default: return "special file"
        }
    }
}
