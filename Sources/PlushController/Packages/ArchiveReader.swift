import CArchive
import Glibc

/// Extracts a tar or tgz archive as plain data. Nothing of an archive's names, links, owners or times reaches the
/// controller's file system: every file goes under a name chosen here, and the names live in the `StagedTree`.
/// An archive with anything but plain files and directories in it is refused as a whole.
package struct ArchiveReader: Sendable {
    private let limits: PackageLimits

    package init(limits: PackageLimits = PackageLimits()) {
        self.limits = limits
    }

    /// The files of the archive at `path`, written below `directory`, which must exist.
    ///
    /// `./` prefixes are dropped, directories are implied (empty ones are not kept), modes keep their permission bits.
    /// Throws `PackageError`, or `CancellationError`; the files written until then are removed.
    package func extract(archive path: String, kind: ArchiveKind, into directory: String) async throws -> StagedTree {
        let limits = limits
        return try await BlockingWork.run { cancel in
            try Self.withUTF8Locale {
                let source = try SourceFile(path)
                try ArchiveSignature.check(source, is: kind)
                let stream = TarStream(source, kind: kind, bytesMax: limits.streamBytesMax, cancel: cancel)
                var extraction = ArchiveExtraction(archive: path, directory: directory, limits: limits)
                return try extraction.run(stream)
            }
        }
    }

    /// libarchive converts pax names from UTF-8 to the thread's character set, which is ASCII unless told otherwise.
    private static func withUTF8Locale<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard let locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else { return try body() }
        let previous = uselocale(locale)
        defer {
            uselocale(previous)
            freelocale(locale)
        }
        return try body()
    }
}
