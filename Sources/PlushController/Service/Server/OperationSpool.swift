import CPlushSystem
import Glibc
import NIOCore

/// What an operation has told, on disk: whole frames of the socket, in files of bounded size, so that the oldest can be
/// given up. Read by any number of ``SpoolReader``s, each at its own pace. Lives on one event loop.
final class OperationSpool {
    private let directory: String
    private let partBytes: Int
    /// Bytes of every part that is kept, the last one is being written.
    private var parts: [Int] = []
    private(set) var firstPart = 0
    private var descriptor: Int32 = -1
    private(set) var keptBytes = 0
    private(set) var droppedBytes = 0

    /// `directory` must not exist yet; it goes with the spool.
    init(directory: String, partBytes: Int = ServiceLimits.spoolPartBytes) throws {
        self.directory = directory
        self.partBytes = partBytes
        guard mkdir(directory, 0o700) == 0 else { throw Self.failure(directory) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        for part in firstPart..<firstPart + parts.count { unlink(path(part)) }
        rmdir(directory)
    }

    var lastPart: Int { firstPart + parts.count - 1 }

    func path(_ part: Int) -> String { "\(directory)/\(part)" }

    func bytes(of part: Int) -> Int {
        parts.indices.contains(part - firstPart) ? parts[part - firstPart] : 0
    }

    /// Adds whole frames.
    func append(_ frame: ByteBuffer) throws {
        if parts.isEmpty || parts[parts.count - 1] + frame.readableBytes > partBytes { try begin() }
        try frame.withUnsafeReadableBytes { raw in
            var rest = raw
            while !rest.isEmpty {
                let count = write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw cutBack() }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
        }
        parts[parts.count - 1] += frame.readableBytes
        keptBytes += frame.readableBytes
    }

    private func begin() throws {
        let next = firstPart + parts.count
        let new = open(path(next), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        guard new >= 0 else { throw Self.failure(path(next)) }
        if descriptor >= 0 { close(descriptor) }
        descriptor = new
        parts.append(0)
    }

    /// A frame that did not fit on the disk leaves no half of itself.
    private func cutBack() -> ControllerError {
        let error = Self.failure(path(lastPart))
        ftruncate(descriptor, off_t(parts[parts.count - 1]))
        return error
    }

    /// Gives up the oldest part; never the one that is being written. Returns whether there was one.
    func dropOldest() -> Bool {
        guard parts.count > 1 else { return false }
        unlink(path(firstPart))
        let bytes = parts.removeFirst()
        firstPart += 1
        keptBytes -= bytes
        droppedBytes += bytes
        return true
    }

    private static func failure(_ path: String) -> ControllerError {
        ControllerError(.tree, "output cannot be kept in \(path): \(String(cString: plush_error_words(errno)))")
    }
}

/// One reader's place in a spool.
final class SpoolReader {
    private let spool: OperationSpool
    private(set) var part: Int
    private var offset = 0
    private var descriptor: Int32 = -1

    /// At the oldest that is kept.
    init(_ spool: OperationSpool) {
        self.spool = spool
        part = spool.firstPart
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Whether everything has been read.
    var isAtEnd: Bool {
        part > spool.lastPart || (part == spool.lastPart && offset >= spool.bytes(of: part))
    }

    /// The next bytes, at most `max`; nil at the end. Pieces need not begin or end with a frame, the files do.
    func next(max: Int) throws -> ByteBuffer? {
        while true {
            if descriptor < 0 {
                // What was given up before it was opened is passed over.
                part = Swift.max(part, spool.firstPart)
                guard part <= spool.lastPart else { return nil }
                descriptor = open(spool.path(part), O_RDONLY | O_CLOEXEC)
                guard descriptor >= 0 else { throw ControllerError(.tree, "kept output cannot be read") }
                offset = 0
            }
            var buffer = ByteBuffer()
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: max) { raw in
                Swift.max(0, pread(descriptor, raw.baseAddress, max, off_t(offset)))
            }
            offset += count
            if count > 0 { return buffer }
            guard part < spool.lastPart else { return nil }
            close(descriptor)
            descriptor = -1
            part += 1
        }
    }
}
