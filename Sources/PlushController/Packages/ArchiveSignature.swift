/// Recognises a file by its first bytes, to say in words what was given instead of the archive that was promised.
enum ArchiveSignature {
    static let gzip: [UInt8] = [0x1f, 0x8b]

    private static let known: [(magic: [UInt8], name: String)] = [
        (gzip, "a gzip file"),
        (Array("PK".utf8), "a zip archive"),
        (Array("BZh".utf8), "a bzip2 file"),
        ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "an xz file"),
        ([0x28, 0xb5, 0x2f, 0xfd], "a Zstandard file"),
        ([0x04, 0x22, 0x4d, 0x18], "an lz4 file"),
        ([0x1f, 0x9d], "a compress (.Z) file"),
        ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "a 7-Zip archive"),
        (Array("Rar!".utf8), "a RAR archive"),
        (Array("0707".utf8), "a cpio archive"),
        (Array("!<arch>".utf8), "an ar archive or Debian package"),
        (Array("Salted__".utf8), "a file encrypted by openssl"),
        (Array("-----BEGIN PGP".utf8), "a file encrypted or signed by PGP"),
        (Array("<".utf8), "an HTML or XML page"),
        ([0x7f, 0x45, 0x4c, 0x46], "an executable"),
    ]

    /// What the bytes begin like, if it is anything known.
    static func name(of bytes: [UInt8]) -> String? {
        known.first { bytes.starts(with: $0.magic) }?.name
    }

    /// Throws `notThisKind` when the file is certainly not what it should be. A plain tar has no magic at its start:
    /// only what is known to be something else is refused here, the rest by the checksum of the first header.
    static func check(_ source: SourceFile, is kind: ArchiveKind) throws {
        guard source.sizeBytes > 0 else {
            throw PackageError(.emptyArchive, "the archive is empty (0 bytes)", context: source.path)
        }
        let bytes = try source.bytes(at: 0, count: 512)
        let isTar = bytes.count > 262 && bytes[257..<262].elementsEqual("ustar".utf8)
        switch kind {
        case .tgz where bytes.starts(with: gzip): return
        case .tgz: throw notThisKind(source.path, .tgz, found: isTar ? "a plain tar archive" : name(of: bytes))
        case .tar where isTar: return
        case .tar: if let found = name(of: bytes) { throw notThisKind(source.path, .tar, found: found) }
        }
    }

    static func notThisKind(_ path: String, _ kind: ArchiveKind, found: String?) -> PackageError {
        let expected =
            switch kind {
            case .tar: "an uncompressed tar archive (type=\"tar\")"
            case .tgz: "a gzip-compressed tar archive (type=\"tgz\")"
            }
        let advice =
            switch (kind, found) {
            case (.tar, "a gzip file"): "if it is a compressed tar archive, give the software type=\"tgz\""
            case (.tgz, "a plain tar archive"): "give the software type=\"tar\""
            default: "tar and tgz are the archives that are read; a single file is delivered with type=\"none\""
            }
        return PackageError(
            .notThisKind, "is \(found ?? "of an unknown kind"), not \(expected); \(advice)", context: path)
    }
}
