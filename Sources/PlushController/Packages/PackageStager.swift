/// Gets the packages of software elements and lays their files out for the overlay. One stager serves a whole run, so
/// that a URL which several elements name is fetched once.
package actor PackageStager {
    private let limits: PackageLimits
    private let fetcher: PackageFetcher
    private let progress: @Sendable (PackageProgress) -> Void
    private var fetched: [String: FetchedFile] = [:]

    /// `progress` reports downloads, on another thread.
    package init(
        limits: PackageLimits = PackageLimits(),
        environment: ProxyEnvironment = .process,
        progress: @escaping @Sendable (PackageProgress) -> Void = { _ in },
    ) {
        self.limits = limits
        self.progress = progress
        fetcher = PackageFetcher(limits: limits, environment: environment)
    }

    /// The files of all `packages`, stored below `directory`, which must exist and must stay for as long as the tree
    /// and this stager are used. The caller removes it; it needs room for the archives and for their contents.
    ///
    /// An archive's files keep their paths and modes. A package of kind `plain` is one file, delivered under its name:
    /// one from disk keeps its mode; one from the web gets 0755, because HTTP carries no mode and the figure 3 of the
    /// paper starts a fetched file as a program. Files are copied, so that editing the original during a run does not
    /// change what hosts get. Throws `PackageError` or `CancellationError`.
    package func stage(
        _ kind: PackageKind,
        packages: [PackageRequest],
        in directory: String,
    ) async throws -> StagedTree {
        var trees: [(name: String, tree: StagedTree)] = []
        for package in packages {
            let tree =
                switch kind {
                case .plain: try await plainFile(package, in: directory)
                case .archive(let archive): try await contents(of: package, archive, in: directory)
                }
            trees.append((package.name, tree))
        }
        return try StagedTree.merging(trees)
    }

    private func contents(
        of package: PackageRequest,
        _ kind: ArchiveKind,
        in directory: String,
    ) async throws -> StagedTree {
        let reader = ArchiveReader(limits: limits)
        switch package.source {
        case .file(let path):
            return try await reader.extract(archive: path, kind: kind, into: directory)
        case .web(let url):
            let file = try await fetch(url, in: directory)
            do {
                return try await reader.extract(archive: file.location, kind: kind, into: directory)
            } catch let error as PackageError where error.context == file.location {
                // The user knows the URL, not the name of the temporary file.
                let shown = try WebAddress(url, limits: limits).shown
                throw PackageError(error.code, error.message, context: shown, cause: error.cause)
            }
        }
    }

    private func plainFile(_ package: PackageRequest, in directory: String) async throws -> StagedTree {
        let path = try deliveredPath(package.name)
        switch package.source {
        case .web(let url):
            let file = try await fetch(url, in: directory)
            let staged = StagedFile(path: path, sizeBytes: file.sizeBytes, mode: 0o755, location: file.location)
            return StagedTree(distinct: [staged])
        case .file(let source):
            return StagedTree(distinct: [try await copy(source, as: path, in: directory)])
        }
    }

    private func deliveredPath(_ name: String) throws -> String {
        let fault: PackagePath.Fault
        do throws(PackagePath.Fault) {
            let path = try PackagePath(name, limits: limits).text
            // A name that ends in a slash would lose it here, and means a directory.
            if !path.isEmpty, name.utf8.last != UInt8(ascii: "/") { return path }
            fault = .empty
        } catch {
            fault = error
        }
        throw PackageError(
            .badName, "the name \(fault.rawValue); a package of type none is delivered under its name, a relative path",
            context: "package \(shown(name))")
    }

    private func fetch(_ url: String, in directory: String) async throws -> FetchedFile {
        if let known = fetched[url] { return known }
        let file = try await fetcher.fetch(url: url, to: directory, progress: progress)
        fetched[url] = file
        return file
    }

    private func copy(_ path: String, as name: String, in directory: String) async throws -> StagedFile {
        let bytesMax = limits.packageBytesMax
        return try await BlockingWork.run { cancel in
            let source = try SourceFile(path)
            let target = try StagingFile(in: directory, prefix: "file")
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer { buffer.deallocate() }
            while true {
                try cancel.check()
                guard max(source.sizeBytes, target.sizeBytes) <= bytesMax else {
                    throw PackageError(
                        .tooLarge, "is larger than the limit of \(bytesMax) bytes for a package", context: path)
                }
                let count = try source.read(into: buffer, at: target.sizeBytes)
                if count == 0 { break }
                try target.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
            target.close()
            target.keep()
            return StagedFile(path: name, sizeBytes: target.sizeBytes, mode: source.mode, location: target.location)
        }
    }
}
