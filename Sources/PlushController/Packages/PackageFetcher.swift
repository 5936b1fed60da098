import CCurl

/// Downloads `http` and `https` URLs to disk, through libcurl.
///
/// Not through `URLSession`: on Linux that is the same libcurl, but it reads proxies from the process's environment
/// alone (swift-corelibs-foundation ignores `connectionProxyDictionary`), undoes a server's `Content-Encoding` so that
/// a `.tgz` may arrive as a tar, and has one time-out for everything.
package struct PackageFetcher: Sendable {
    private let limits: PackageLimits
    private let environment: ProxyEnvironment

    /// libcurl wants to be set up once, before its first use.
    private static let ready: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    package init(limits: PackageLimits = PackageLimits(), environment: ProxyEnvironment = .process) {
        self.limits = limits
        self.environment = environment
    }

    /// Stores what `url` answers in a new file of `directory`, which must exist.
    ///
    /// `progress` is called on another thread, for each piece that arrives. Throws `PackageError`, or
    /// `CancellationError` at most a moment after the task is cancelled; no file is left then.
    package func fetch(
        url: String,
        to directory: String,
        progress: @escaping @Sendable (PackageProgress) -> Void = { _ in },
    ) async throws -> FetchedFile {
        let first = try WebAddress(url, limits: limits)
        return try await BlockingWork.run { cancel in
            guard Self.ready else {
                throw PackageError(.transferFailed, "libcurl cannot be started", context: first.shown)
            }
            let file = try StagingFile(in: directory, prefix: "fetched")
            try follow(first, into: file, cancel: cancel, progress: progress)
            file.close()
            file.keep()
            return FetchedFile(location: file.location, sizeBytes: file.sizeBytes)
        }
    }

    /// One transfer for each redirect: the proxy depends on the scheme, and libcurl would keep the first.
    private func follow(
        _ first: WebAddress,
        into file: StagingFile,
        cancel: BlockingWork.CancelFlag,
        progress: @escaping @Sendable (PackageProgress) -> Void,
    ) throws {
        var address = first
        for _ in 0...limits.redirectsMax {
            let transfer = try WebTransfer(
                address, into: file, limits: limits, environment: environment, progress: progress)
            switch try transfer.run(cancel) {
            case .stored: return
            case .redirected(let next): address = try target(next, from: address)
            }
        }
        throw PackageError(
            .badRedirect,
            "was redirected more than \(limits.redirectsMax) times; give the final URL in the specification",
            context: first.shown,
            cause: "the last was to \(address.shown)",
        )
    }

    private func target(_ next: String, from address: WebAddress) throws -> WebAddress {
        let target: WebAddress
        do {
            target = try WebAddress(next, limits: limits)
        } catch let error as PackageError {
            throw PackageError(
                .badRedirect, "was redirected to something that is not fetched: \(error.context): \(error.message)",
                context: address.shown)
        }
        // What is fetched runs on every host: nobody on the way may swap a page for another.
        guard address.scheme == "http" || target.scheme == "https" else {
            throw PackageError(
                .badRedirect, "was redirected from https to \(target.shown); give that URL if you trust it",
                context: address.shown)
        }
        return target
    }
}
