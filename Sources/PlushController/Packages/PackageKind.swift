/// How the packages of a software element are delivered: its `type` attribute.
package enum PackageKind: Sendable, Equatable {
    /// `type="none"`: each package is one file, delivered under the package's name.
    case plain
    /// `type="tar"` or `type="tgz"`: each package is an archive whose files are delivered.
    case archive(ArchiveKind)
}
