import Glibc
import NIOCore

/// Reads files and directories below one directory as a `CollectionFormat` stream, as fast as it is pulled.
///
/// Memory: one open directory per level, one open file, and the buffer that was asked for.
package final class CollectionSource {
    private struct OpenFile {
        let descriptor: Descriptor
        let sizeBytes: UInt64
        var offset: UInt64 = 0
        var status = CollectionFormat.FileStatus.whole
    }

    private struct OpenDirectory {
        let descriptor: Descriptor
        let listing: DirectoryListing
        let components: [[UInt8]]
    }

    private let root: RootedDirectory
    private let limits: FileLimits
    private var requested: ArraySlice<RelativePath>
    private var directories: [OpenDirectory] = []
    private var file: OpenFile?
    /// Headers and trailers on their way out.
    private var pending = ByteBuffer(bytes: CollectionFormat.magic)
    private var entryCount: UInt64 = 0
    private var isEnded = false

    /// Throws for a path that leads outside. One that does not exist becomes an entry of the stream.
    package init(
        root: RootedDirectory, paths: [String], limits: FileLimits = FileLimits(),
    ) throws(RuntimeFileError) {
        self.root = root
        self.limits = limits
        var parsed: [RelativePath] = []
        for path in paths { parsed.append(try RelativePath(path, limits: limits)) }
        // What lies in a directory that is asked for too comes with it.
        let names = Set(parsed.map(\.components))
        var seen: Set<RelativePath> = []
        let kept = parsed.filter { path in
            let above = path.components.indices.dropFirst().map { Array(path.components[..<$0]) }
            let isCovered = above.contains { names.contains($0) }
            return !isCovered && seen.insert(path).inserted
        }
        requested = kept[...]
    }

    /// The next bytes, at least 1 and at most `bytesMax`; nil at the end.
    package func read(bytesMax: Int) -> ByteBuffer? {
        var output = ByteBuffer()
        while output.readableBytes < max(bytesMax, 1) {
            let room = max(bytesMax, 1) - output.readableBytes
            if let slice = pending.readSlice(length: min(room, pending.readableBytes)), slice.readableBytes > 0 {
                output.writeImmutableBuffer(slice)
            } else if file != nil {
                readContent(into: &output, room: room)
            } else if isEnded {
                break
            } else {
                advance()
            }
        }
        return output.readableBytes > 0 ? output : nil
    }

    private func readContent(into output: inout ByteBuffer, room: Int) {
        guard var open = file else { return }
        let rest = open.sizeBytes - open.offset
        guard rest > 0 else {
            let sizeNow = open.descriptor.status()?.st_size ?? 0
            if open.status == .whole, sizeNow > off_t(clamping: open.sizeBytes) { open.status = .grew }
            pending.clear()
            pending.writeInteger(open.status.rawValue)
            file = nil
            return
        }
        let wanted = Int(min(UInt64(room), rest))
        var count = 0
        if open.status == .whole {
            count = output.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { raw in
                let target = UnsafeMutableRawBufferPointer(rebasing: raw.prefix(wanted))
                let got = open.descriptor.read(into: target, at: open.offset)
                if got == nil { open.status = .failed }
                if got == 0 { open.status = .shrank }
                return got ?? 0
            }
        } else {
            count = output.writeRepeatingByte(0, count: wanted)
        }
        open.offset += UInt64(count)
        file = open
    }

    private func advance() {
        if let directory = directories.last {
            guard let name = directory.listing.next() else {
                directories.removeLast()
                return
            }
            guard !PartName.matches(name) else { return }
            let components = directory.components + [name]
            let bytes = components.reduce(-1) { $0 + $1.count + 1 }
            guard components.count <= limits.depthMax, bytes <= limits.pathBytesMax else {
                // The path itself cannot be told: its directory stands for it.
                emit(.unreadable, directory.components, sizeBytes: UInt64(ENAMETOOLONG))
                return
            }
            visit(name, in: directory.descriptor, components)
        } else if let path = requested.popFirst() {
            do {
                visit(path.name, in: try root.directory(path.parents, creatingWith: nil), path.components)
            } catch {
                emitFailure(error.cause, path.components)
            }
        } else {
            emit(.end, [], sizeBytes: entryCount)
            isEnded = true
        }
    }

    /// Looks before it opens: opening a device or a pipe may have effects.
    private func visit(_ name: [UInt8], in parent: Descriptor, _ components: [[UInt8]]) {
        var status = stat()
        guard name.withCName({ fstatat(parent.number, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            return emitFailure(errno, components)
        }
        let type = status.st_mode & S_IFMT
        guard type == S_IFREG || type == S_IFDIR else { return emit(.skipped, components, mode: status.st_mode) }
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | (type == S_IFDIR ? O_DIRECTORY : 0)
        let number = name.withCName { openat(parent.number, $0, flags) }
        guard number >= 0 else { return emitFailure(errno, components) }
        let descriptor = Descriptor(owning: number)
        // It may have been exchanged since.
        guard let opened = descriptor.status(), opened.st_mode & S_IFMT == type else {
            return emit(.skipped, components, mode: status.st_mode)
        }
        if type == S_IFREG {
            let sizeBytes = UInt64(clamping: opened.st_size)
            emit(.file, components, mode: opened.st_mode & 0o777, sizeBytes: sizeBytes)
            file = OpenFile(descriptor: descriptor, sizeBytes: sizeBytes)
        } else if let listing = DirectoryListing(descriptor) {
            emit(.directory, components, mode: opened.st_mode & 0o777)
            directories.append(OpenDirectory(descriptor: descriptor, listing: listing, components: components))
        } else {
            emitFailure(errno, components)
        }
    }

    private func emitFailure(_ cause: Int32, _ components: [[UInt8]]) {
        if cause == ENOENT {
            emit(.missing, components)
        } else {
            emit(.unreadable, components, sizeBytes: UInt64(clamping: cause))
        }
    }

    private func emit(
        _ kind: CollectionFormat.Kind, _ components: [[UInt8]], mode: mode_t = 0, sizeBytes: UInt64 = 0,
    ) {
        let path = Array(components.joined(separator: [UInt8(ascii: "/")]))
        pending.clear()
        pending.writeInteger(kind.rawValue)
        pending.writeInteger(UInt16(truncatingIfNeeded: mode))
        pending.writeInteger(sizeBytes)
        pending.writeInteger(UInt16(clamping: path.count))
        pending.writeBytes(path)
        if kind != .end { entryCount += 1 }
    }
}
