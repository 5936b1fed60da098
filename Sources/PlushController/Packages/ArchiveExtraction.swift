import CArchive

/// One pass over one archive: checks each entry, then copies its bytes.
struct ArchiveExtraction {
    private let archive: String
    private let directory: String
    private let limits: PackageLimits
    private var ledger = PathLedger()
    private var entries = 0
    private var bytes: Int64 = 0
    /// Kept only when the whole archive was good; otherwise they go with this value and remove themselves.
    private var files: [(file: StagedFile, staging: StagingFile)] = []

    init(archive: String, directory: String, limits: PackageLimits) {
        self.archive = archive
        self.directory = directory
        self.limits = limits
    }

    mutating func run(_ stream: TarStream) throws -> StagedTree {
        let reader = try LibarchiveReader(.tar, path: archive) { try stream.next() }
        while let entry = try reader.nextEntry() {
            entries += 1
            guard entries <= limits.entriesMax else {
                throw error(.tooManyEntries, "has more than \(limits.entriesMax) entries; pack fewer, larger files")
            }
            try take(entry, from: reader)
        }
        try stream.finish()
        guard !files.isEmpty else { throw error(.emptyArchive, "contains no files") }
        for file in files { file.staging.keep() }
        return StagedTree(distinct: files.map(\.file))
    }

    private mutating func take(_ entry: OpaquePointer, from reader: LibarchiveReader) throws {
        let name = try name(of: entry)
        let type = UInt32(archive_entry_filetype(entry))
        try refuseLinksAndDevices(entry, name: name, type: type)
        let path: String
        do throws(PackagePath.Fault) {
            path = try PackagePath(name, limits: limits).text
        } catch {
            throw unsafe(name, error.rawValue)
        }
        if type == plush_archive_type_directory {
            if !path.isEmpty, let conflict = ledger.addDirectory(path, owner: archive) { throw clash(conflict, path) }
            return
        }
        guard !path.isEmpty else { throw unsafe(name, "is a file with the name of a directory") }
        if let conflict = ledger.addFile(path, owner: archive) { throw clash(conflict, path) }
        let size = archive_entry_size(entry)
        guard archive_entry_size_is_set(entry) != 0, size >= 0 else { throw unsafe(name, "has no size") }
        guard size <= limits.packageBytesMax - bytes else {
            throw error(.tooLarge, "holds more than the limit of \(limits.packageBytesMax) bytes, at \(shown(path))")
        }
        let staging = try StagingFile(in: directory, prefix: "file")
        try copy(from: reader, to: staging, size: size, path: path)
        bytes += size
        let mode = UInt32(archive_entry_perm(entry)) & 0o777
        let file = StagedFile(path: path, sizeBytes: size, mode: mode, location: staging.location)
        staging.close()
        files.append((file, staging))
    }

    private func copy(from reader: LibarchiveReader, to staging: StagingFile, size: Int64, path: String) throws {
        while let block = try reader.nextBlock() {
            guard block.offset >= staging.sizeBytes, block.offset + Int64(block.bytes.count) <= size else {
                throw error(.damagedArchive, "is damaged: \(shown(path)) has other bytes than its header says")
            }
            try staging.write(block.bytes, at: block.offset)
        }
        if staging.sizeBytes < size { try staging.extend(to: size) }
    }

    private func name(of entry: OpaquePointer) throws -> String {
        guard let raw = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry) else {
            throw error(.unsafeEntry, "entry \(entries) has no name, or one that is not UTF-8")
        }
        guard let name = String(validatingCString: raw) else {
            throw unsafe(String(cString: raw), PackagePath.Fault.notUTF8.rawValue)
        }
        return name
    }

    private func refuseLinksAndDevices(_ entry: OpaquePointer, name: String, type: UInt32) throws {
        if archive_entry_hardlink(entry) != nil {
            throw unsafe(name, "is a hard link; pack it with 'tar --hard-dereference'")
        }
        switch type {
        case plush_archive_type_regular, plush_archive_type_directory: return
        case plush_archive_type_symlink: throw unsafe(name, "is a symbolic link; pack it with 'tar --dereference'")
        case plush_archive_type_fifo: throw unsafe(name, "is a fifo")
        default: throw unsafe(name, "is a device or another special file")
        }
    }

    private func clash(_ conflict: PathLedger.Conflict, _ path: String) -> PackageError {
        switch conflict {
        case .duplicate: unsafe(path, "is there twice")
        case .isDirectory: unsafe(path, "is both a file and a directory")
        case .belowFile(let parent, _): unsafe(parent, "is both a file and a directory")
        }
    }

    private func unsafe(_ name: String, _ why: String) -> PackageError {
        error(.unsafeEntry, "is refused: \(shown(name)) \(why)")
    }

    private func error(_ code: PackageError.Code, _ message: String) -> PackageError {
        PackageError(code, message, context: archive)
    }
}
