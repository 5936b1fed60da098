/// The plain files of one or more packages, sorted by the bytes of their paths. Directories are implied by the paths.
package struct StagedTree: Sendable, Equatable {
    package let files: [StagedFile]
    package let totalBytes: Int64

    /// Sorts `files`. Their paths must already be known to be distinct: `PathLedger` decides that.
    init(distinct files: [StagedFile]) {
        // By bytes and not by String's order, so that the manifest's order does not depend on Unicode tables.
        self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        totalBytes = files.reduce(0) { $0 + $1.sizeBytes }
    }

    /// One tree with the files of all packages.
    ///
    /// Throws `PackageError` (`conflictingPaths`) that names both packages when two of them want the same path, or one
    /// has a file where another has a directory.
    package static func merging(_ packages: [(name: String, tree: StagedTree)]) throws -> StagedTree {
        var ledger = PathLedger()
        for package in packages {
            for file in package.tree.files {
                if let conflict = ledger.addFile(file.path, owner: package.name) {
                    throw conflictError(conflict, file: file.path, package: package.name)
                }
            }
        }
        return StagedTree(distinct: packages.flatMap(\.tree.files))
    }

    private static func conflictError(_ conflict: PathLedger.Conflict, file: String, package: String) -> PackageError {
        let (other, clash) =
            switch conflict {
            case .duplicate(let owner): (owner, "both contain \(shown(file))")
            case .isDirectory(let owner):
                (owner, "disagree: \(shown(file)) is a file in the first, a directory in the second")
            case .belowFile(let path, let owner):
                (owner, "disagree: \(shown(path)) is a directory in the first, a file in the second")
            }
        return PackageError(
            .conflictingPaths,
            "packages \(shown(package)) and \(shown(other)) \(clash); install them as separate software elements",
            context: "package \(shown(package))",
        )
    }
}
