import Glibc

/// An open file descriptor that is closed with its last reference.
final class Descriptor {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// Writes all of the bytes at an offset.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64, context: String) throws(RuntimeFileError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(number, rest.baseAddress, rest.count, off_t(clamping: offset + UInt64(done)))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw RuntimeFileError(cause: count < 0 ? errno : ENOSPC, doing: "write", context: context)
            }
            done += count
        }
    }

    /// Reads up to a buffer's length at an offset; 0 at the end of the file, nil with `errno` when it failed.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) -> Int? {
        while true {
            let count = pread(number, buffer.baseAddress, buffer.count, off_t(clamping: offset))
            if count >= 0 { return count }
            guard errno == EINTR else { return nil }
        }
    }

    func status() -> stat? {
        var status = stat()
        return fstat(number, &status) == 0 ? status : nil
    }
}
