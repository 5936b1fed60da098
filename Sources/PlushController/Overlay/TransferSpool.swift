import Glibc
import NIOCore
import PlushProtocol
import PlushRuntime
import PlushSeal
import PlushWire

/// The chunks of one transfer at the root: read, hashed and compressed once, kept on disk for as many children as
/// there are.
///
/// `@unchecked Sendable`: built whole on one thread, then used by the event loop alone.
final class TransferSpool: @unchecked Sendable {
    /// What a chunk holds before compression: the largest body the wire takes, so that a manifest stays short.
    static let chunkBytes = WireLimits.bodyRawBytesMax
    /// A manifest is part of one record, which also names targets.
    private static let manifestBytesMax = WireLimits.recordBatchBytesMax - (64 << 10)

    let task: FilesTask
    /// What each chunk takes of a link's credit, in order.
    let creditBytes: [UInt64]
    private let spool: ChunkSpool

    /// Reads all files of a staged tree. Blocks; call it off the event loop.
    init(_ tree: StagedTree, application: String, directory: String) throws {
        let spool = try ChunkSpool(in: RootedDirectory(opening: directory))
        var entries: [FilesTask.Entry] = []
        var credit: [UInt64] = []
        for file in tree.files {
            var digests: [Digest] = []
            try Self.forEachChunk(of: file) { raw in
                let body = ContentTools.real.pack(raw)
                let chunk = FileChunk(
                    operation: OperationID(epoch: 0, sequence: 0), number: UInt32(credit.count), body: body)
                try spool.append(index: credit.count, bytes: chunk.spooledBytes, flags: body.encoding.rawValue)
                digests.append(ContentTools.real.digest(raw))
                credit.append(chunk.creditBytes)
            }
            entries.append(
                FilesTask.Entry(
                    path: file.path, sizeBytes: UInt64(file.sizeBytes), mode: UInt16(file.mode & 0o777),
                    chunks: digests))
        }
        task = FilesTask(application: application, chunkBytes: UInt32(Self.chunkBytes), entries: entries)
        var manifest = WireWriter()
        task.write(to: &manifest)
        guard manifest.buffer.readableBytes <= Self.manifestBytesMax else {
            throw ControllerError(
                .usage,
                "the software's \(entries.count) files make a manifest of \(manifest.buffer.readableBytes >> 10) KiB, and "
                    + "\(Self.manifestBytesMax >> 10) KiB is the limit",
                remedy: "pack them into an archive inside the package, and unpack it in a process")
        }
        creditBytes = credit
        self.spool = spool
    }

    private static func forEachChunk(of file: StagedFile, _ body: (ByteBuffer) throws -> Void) throws {
        let descriptor = open(file.location, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ControllerError(.tree, "\(file.path): staged file is gone (errno \(errno))")
        }
        defer { close(descriptor) }
        var left = Int(file.sizeBytes)
        while left > 0 {
            let wanted = min(left, chunkBytes)
            var buffer = ByteBuffer()
            while buffer.readableBytes < wanted {
                let missing = wanted - buffer.readableBytes
                let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: missing) { raw in
                    max(0, read(descriptor, raw.baseAddress, missing))
                }
                guard count > 0 else { throw ControllerError(.tree, "\(file.path): staged file is cut short") }
            }
            try body(buffer)
            left -= wanted
        }
    }

    func chunk(_ operation: OperationID, number: UInt32) -> FileChunk? {
        guard let stored = try? spool.read(Int(number)), let body = Body(spooled: stored.bytes, flags: stored.flags)
        else { return nil }
        return FileChunk(operation: operation, number: number, body: body)
    }
}
