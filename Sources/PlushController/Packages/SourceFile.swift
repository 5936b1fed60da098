import Glibc

/// A regular file opened for reading, of which it is known that it is one.
final class SourceFile {
    let path: String
    let sizeBytes: Int64
    /// Permission bits, `0...0o777`.
    let mode: UInt32
    private let descriptor: Int32

    init(_ path: String) throws {
        // O_NONBLOCK: opening a fifo without it would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.openError(path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Self.kindError(path, status.st_mode & S_IFMT)
        }
        self.path = path
        self.descriptor = descriptor
        sizeBytes = Int64(status.st_size)
        mode = UInt32(status.st_mode) & 0o777
    }

    deinit { close(descriptor) }

    /// Bytes read into `buffer` from `offset` on; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int {
        while true {
            let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
            if count >= 0 { return count }
            guard errno == EINTR else {
                throw PackageError(.unreadable, "the file cannot be read", context: path, cause: errorText())
            }
        }
    }

    /// Up to `count` bytes from `offset` on, fewer at the end.
    func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = try bytes.withUnsafeMutableBytes { try read(into: $0, at: offset) }
        return Array(bytes[..<got])
    }

    private static func openError(_ path: String, _ number: Int32) -> PackageError {
        let cause = errorText(number)
        if number == ENOENT || number == ENOTDIR {
            return PackageError(
                .missingFile, "the package file does not exist; check its path", context: path, cause: cause)
        }
        return PackageError(
            .unreadable, "the package file cannot be opened; check its permissions", context: path, cause: cause)
    }

    private static func kindError(_ path: String, _ kind: mode_t) -> PackageError {
        let message =
            kind == S_IFDIR
            ? "is a directory, but a package is one file; pack it with 'tar -czf' and give the software type=\"tgz\""
            : "is not a regular file"
        return PackageError(.notAFile, message, context: path)
    }
}
