/// The bytes of a tar archive, unpacked from gzip where needed, with the checks that libarchive leaves out: the length
/// of the stream, gzip's checksum, and the two zero blocks at the end without which the archive was cut short.
final class TarStream {
    private static let chunkBytes = 64 << 10
    private static let endBytes: Int64 = 1_024

    private let source: SourceFile
    private let kind: ArchiveKind
    private let bytesMax: Int64
    private let cancel: BlockingWork.CancelFlag
    private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
    private var fileOffset: Int64 = 0
    private var gzip: LibarchiveReader?
    private var checksum = GzipChecksum()
    private var streamed: Int64 = 0
    private var zerosAtEnd: Int64 = 0

    init(_ source: SourceFile, kind: ArchiveKind, bytesMax: Int64, cancel: BlockingWork.CancelFlag) {
        self.source = source
        self.kind = kind
        self.bytesMax = bytesMax
        self.cancel = cancel
    }

    deinit { chunk.deallocate() }

    /// The next bytes, valid until the next call; none at the end.
    func next() throws -> UnsafeRawBufferPointer {
        try cancel.check()
        let bytes =
            switch kind {
            case .tar: try readFile()
            case .tgz: try unpack()
            }
        streamed += Int64(bytes.count)
        guard streamed <= bytesMax else {
            throw PackageError(
                .tooLarge, "unpacks to more than the limit of \(bytesMax) bytes", context: source.path)
        }
        let zeros = Int64(bytes.reversed().prefix { $0 == 0 }.count)
        zerosAtEnd = zeros == Int64(bytes.count) ? zerosAtEnd + zeros : zeros
        return bytes
    }

    /// Reads what follows the last entry and checks the end. Called when the tar reader has seen its end.
    func finish() throws {
        while try !next().isEmpty {}
        if kind == .tgz {
            let trailer = try source.bytes(at: max(0, source.sizeBytes - 8), count: 8)
            guard checksum.agrees(withTrailer: trailer) else {
                throw damaged("its gzip checksum or length does not match its content, or it has several gzip members")
            }
        }
        guard zerosAtEnd >= Self.endBytes else {
            throw damaged("it does not end with the two zero blocks of a complete tar archive")
        }
    }

    private func readFile() throws -> UnsafeRawBufferPointer {
        let count = try source.read(into: chunk, at: fileOffset)
        fileOffset += Int64(count)
        return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(chunk)[..<count])
    }

    private func unpack() throws -> UnsafeRawBufferPointer {
        let empty = UnsafeRawBufferPointer(start: nil, count: 0)
        if gzip == nil {
            let reader = try LibarchiveReader(.gzip, path: source.path) { [unowned self] in try readFile() }
            gzip = reader
            guard try reader.nextEntry() != nil else { return empty }
        }
        // A block of no bytes would read as the end.
        while let block = try gzip?.nextBlock() {
            guard !block.bytes.isEmpty else { continue }
            checksum.update(block.bytes)
            return block.bytes
        }
        return empty
    }

    private func damaged(_ why: String) -> PackageError {
        PackageError(
            .damagedArchive, "is damaged or truncated: \(why); compare it with its source and fetch it again",
            context: source.path)
    }
}
