import Glibc

/// A new file in the staging directory, written through one descriptor. The name is chosen here, never by an archive
/// or a server; a file that is not `keep`t is removed.
final class StagingFile {
    let location: String
    private(set) var sizeBytes: Int64 = 0
    private var descriptor: Int32
    private var kept: Bool

    /// Creates a file `prefix-NUMBER` in `directory`, readable by this user only. Glibc's mkstemp would do, but cannot
    /// set O_CLOEXEC at once, and the controller starts processes on other threads.
    init(in directory: String, prefix: String) throws {
        location = "\(directory)/\(prefix)-" + String(UInt64.random(in: 0...UInt64.max), radix: 16)
        descriptor = open(location, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        kept = descriptor < 0
        guard descriptor >= 0 else { throw Self.failure(location, "cannot be created; is the directory writable?") }
    }

    deinit {
        close()
        if !kept { unlink(location) }
    }

    /// Ends writing. A package may have more files than this process may have descriptors.
    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// Adds bytes at the end.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        try write(bytes, at: sizeBytes)
    }

    /// Writes bytes at an offset at or after the end; a gap (a hole of a sparse file) reads as zeros.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(location, "cannot be written; is there space left on the disk?") }
            done += count
        }
        sizeBytes = max(sizeBytes, offset + Int64(bytes.count))
    }

    /// Makes the file `size` bytes long, for a sparse file that ends in a hole.
    func extend(to size: Int64) throws {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw Self.failure(location, "cannot be extended") }
        sizeBytes = size
    }

    /// The file stays when this object goes.
    func keep() { kept = true }

    private static func failure(_ path: String, _ message: String) -> PackageError {
        PackageError(.stagingFailed, "the staged file \(message)", context: path, cause: errorText())
    }
}

/// `errno` in words.
func errorText(_ number: Int32 = errno) -> String {
    String(cString: strerror(number))
}
