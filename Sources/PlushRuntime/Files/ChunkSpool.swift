import Glibc
import NIOCore

/// Chunks on disk, by index: what a relay keeps so that a slow child can be served later without holding memory.
///
/// One file, appended to, and without a name from the start: it goes with its last descriptor, however the agent ends.
package final class ChunkSpool {
    private struct Place {
        let offset: UInt64
        let byteCount: Int
        let flags: UInt8
    }

    /// A chunk as it was put in.
    package struct Chunk: Sendable, Equatable {
        package let bytes: ByteBuffer
        package let flags: UInt8
    }

    private let file: Descriptor
    private let bytesMax: UInt64
    private var places: [Int: Place] = [:]
    /// The bytes on disk.
    package private(set) var byteCount: UInt64 = 0

    package var count: Int { places.count }

    /// `directory`: where the disk is, the agent's own directory.
    package init(
        in directory: RootedDirectory, bytesMax: UInt64 = FileLimits().totalBytesMax,
    ) throws(RuntimeFileError) {
        self.bytesMax = bytesMax
        let name = PartName.make(tag: PartName.makeTag(), index: 0)
        let parent = directory.descriptor.number
        let number = name.withCName { openat(parent, $0, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) }
        guard number >= 0 else {
            throw RuntimeFileError(cause: errno, doing: "make a spool file", context: directory.path)
        }
        file = Descriptor(owning: number)
        guard name.withCName({ unlinkat(parent, $0, 0) }) == 0 else {
            throw RuntimeFileError(cause: errno, doing: "unlink the spool file", context: directory.path)
        }
    }

    package func contains(_ index: Int) -> Bool { places[index] != nil }

    /// Adds a chunk; false when that index is there already, which changes nothing.
    @discardableResult
    package func append(index: Int, bytes: ByteBuffer, flags: UInt8) throws(RuntimeFileError) -> Bool {
        guard places[index] == nil else { return false }
        guard UInt64(bytes.readableBytes) <= bytesMax - byteCount else {
            throw RuntimeFileError(.limit, "the spool may hold \(bytesMax) bytes", context: "spool")
        }
        let offset = byteCount
        try bytes.withReadable { (raw) throws(RuntimeFileError) in try file.write(raw, at: offset, context: "spool") }
        places[index] = Place(offset: offset, byteCount: bytes.readableBytes, flags: flags)
        byteCount += UInt64(bytes.readableBytes)
        return true
    }

    /// The chunk of that index, or nil when it was never put in.
    package func read(_ index: Int) throws(RuntimeFileError) -> Chunk? {
        guard let place = places[index] else { return nil }
        var bytes = ByteBuffer()
        bytes.reserveCapacity(place.byteCount)
        while bytes.readableBytes < place.byteCount {
            let done = bytes.readableBytes
            var failure: Int32 = 0
            let count = bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: place.byteCount - done) { raw in
                let rest = UnsafeMutableRawBufferPointer(rebasing: raw.prefix(place.byteCount - done))
                guard let count = file.read(into: rest, at: place.offset + UInt64(done)) else {
                    failure = errno
                    return 0
                }
                return count
            }
            guard count > 0 else {
                throw RuntimeFileError(cause: failure == 0 ? EIO : failure, doing: "read", context: "spool")
            }
        }
        return Chunk(bytes: bytes, flags: place.flags)
    }
}
