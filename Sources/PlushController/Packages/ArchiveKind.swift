/// The archives that are read. Others are refused in words, whatever libarchive could do with them.
package enum ArchiveKind: String, Sendable, CaseIterable {
    /// An uncompressed tar archive (v7, ustar, GNU, pax).
    case tar
    /// A tar archive in one gzip member.
    case tgz
}
