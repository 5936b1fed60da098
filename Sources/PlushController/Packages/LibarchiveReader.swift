import CArchive

/// One libarchive read handle over bytes that come from a Swift function. Only the wanted format and filter are
/// enabled, so the rest of libarchive's parsers never see the bytes. Used by one thread.
final class LibarchiveReader {
    /// What the handle is to read.
    enum Format {
        /// A tar archive, not compressed.
        case tar
        /// The content of a gzip file as one nameless entry.
        case gzip
    }

    let handle: OpaquePointer
    private let path: String
    private let feed: () throws -> UnsafeRawBufferPointer
    private var feedFailure: (any Error)?

    /// `feed` gives the next bytes, valid until its next call, and none at the end; `path` is for messages.
    init(_ format: Format, path: String, feed: @escaping () throws -> UnsafeRawBufferPointer) throws {
        guard let handle = archive_read_new() else {
            throw PackageError(.stagingFailed, "there is no memory left to read the archive", context: path)
        }
        self.handle = handle
        self.path = path
        self.feed = feed
        switch format {
        case .tar: archive_read_support_format_tar(handle)
        case .gzip:
            archive_read_support_filter_gzip(handle)
            archive_read_support_format_raw(handle)
        }
        let read:
            @convention(c) (
                OpaquePointer?, UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafeRawPointer?>?,
            ) -> la_ssize_t = { _, context, buffer in
                guard let context, let buffer else { return la_ssize_t(ARCHIVE_FATAL) }
                return Unmanaged<LibarchiveReader>.fromOpaque(context).takeUnretainedValue().provide(buffer)
            }
        try check(archive_read_open(handle, Unmanaged.passUnretained(self).toOpaque(), nil, read, nil))
    }

    deinit { archive_read_free(handle) }

    /// The next entry; nil at the end of the archive.
    func nextEntry() throws -> OpaquePointer? {
        var entry: OpaquePointer?
        return try check(archive_read_next_header(handle, &entry)) ? entry : nil
    }

    /// The next bytes of the entry and their place in it; nil at its end.
    func nextBlock() throws -> (bytes: UnsafeRawBufferPointer, offset: Int64)? {
        var start: UnsafeRawPointer?
        var count = 0
        var offset: la_int64_t = 0
        guard try check(archive_read_data_block(handle, &start, &count, &offset)) else { return nil }
        return (UnsafeRawBufferPointer(start: start, count: count), Int64(offset))
    }

    /// True for success, false for the end. A warning is a failure too: what libarchive can only guess is refused.
    @discardableResult
    private func check(_ code: Int32) throws -> Bool {
        if let feedFailure { throw feedFailure }
        if code == ARCHIVE_OK { return true }
        if code == ARCHIVE_EOF { return false }
        let cause = archive_error_string(handle).map { String(cString: $0) }
        throw PackageError(
            .damagedArchive,
            "is damaged, truncated or not the archive it should be; compare it with its source and fetch it again",
            context: path,
            cause: cause,
        )
    }

    private func provide(_ buffer: UnsafeMutablePointer<UnsafeRawPointer?>) -> la_ssize_t {
        do {
            let bytes = try feed()
            buffer.pointee = bytes.baseAddress
            return bytes.count
        } catch {
            feedFailure = error
            return la_ssize_t(ARCHIVE_FATAL)
        }
    }
}
