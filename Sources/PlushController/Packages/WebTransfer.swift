import CCurl

/// One HTTP request and its answer, run by the thread that calls `run`.
final class WebTransfer {
    /// How a transfer ended when it did not fail.
    enum Outcome {
        /// The body is in the file.
        case stored
        /// The server named another URL, absolute by now.
        case redirected(to: String)
    }

    let address: WebAddress
    let limits: PackageLimits
    /// The proxy in use, for messages.
    let proxy: String?
    private let file: StagingFile
    private let progress: (PackageProgress) -> Void
    let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer
    private var bodyFailure: (any Error)?
    private var discardedBytes = 0
    private var lastSignOfLife = ContinuousClock.now

    init(
        _ address: WebAddress,
        into file: StagingFile,
        limits: PackageLimits,
        environment: ProxyEnvironment,
        progress: @escaping (PackageProgress) -> Void,
    ) throws {
        guard let easy = curl_easy_init(), let multi = curl_multi_init() else {
            throw PackageError(.transferFailed, "libcurl cannot start a transfer", context: address.shown)
        }
        self.address = address
        self.file = file
        self.limits = limits
        self.progress = progress
        self.easy = easy
        self.multi = multi
        proxy = environment.proxy(forScheme: address.scheme)
        try configure(environment)
    }

    deinit {
        curl_multi_remove_handle(multi, easy)
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
    }

    /// Blocks until the answer is stored, fails, or the flag is raised.
    func run(_ cancel: BlockingWork.CancelFlag) throws -> Outcome {
        curl_multi_add_handle(multi, easy)
        let start = ContinuousClock.now
        lastSignOfLife = start
        var running: Int32 = 1
        while true {
            let code = curl_multi_perform(multi, &running)
            guard code == CURLM_OK else {
                throw PackageError(
                    .transferFailed, "the transfer cannot go on", context: address.shown,
                    cause: String(cString: curl_multi_strerror(code)))
            }
            if running == 0 { break }
            try cancel.check()
            try checkTimes(since: start)
            // The wait ends when bytes come; its length bounds how late a cancellation or a time-out is seen.
            curl_multi_poll(multi, nil, 0, 50, nil)
        }
        return try finish()
    }

    private func configure(_ environment: ProxyEnvironment) throws {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let write: plush_curl_write_function = { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<WebTransfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.receive(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        var codes = [
            plush_curl_set_string(easy, CURLOPT_URL, address.text),
            plush_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https"),
            plush_curl_set_string(easy, CURLOPT_USERAGENT, "plush"),
            // Empty strings keep libcurl from asking the process's environment itself.
            plush_curl_set_string(easy, CURLOPT_PROXY, proxy ?? ""),
            plush_curl_set_string(easy, CURLOPT_NOPROXY, environment.noProxy ?? ""),
            plush_curl_set_long(easy, CURLOPT_NOSIGNAL, 1),
            plush_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0),
            plush_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(limits.connectMilliseconds)),
            plush_curl_set_write(easy, write, context),
        ]
        if let file = environment.certificateFile {
            codes.append(plush_curl_set_string(easy, CURLOPT_CAINFO, file))
        }
        guard let failed = codes.first(where: { $0 != CURLE_OK }) else { return }
        throw PackageError(
            .transferFailed, "libcurl refuses its settings; is the proxy's URL right?", context: address.shown,
            cause: String(cString: curl_easy_strerror(failed)))
    }

    /// Takes a piece of the body; false ends the transfer, with `bodyFailure` set.
    private func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        lastSignOfLife = .now
        do {
            guard (200..<300).contains(status) else {
                discardedBytes += bytes.count
                guard discardedBytes <= limits.discardedBytesMax else { throw unexpectedStatus() }
                return true
            }
            guard max(expectedBytes ?? 0, file.sizeBytes + Int64(bytes.count)) <= limits.downloadBytesMax else {
                throw tooLarge()
            }
            try file.append(bytes)
            progress(PackageProgress(url: address.shown, bytes: file.sizeBytes, expectedBytes: expectedBytes))
            return true
        } catch {
            bodyFailure = error
            return false
        }
    }

    private func checkTimes(since start: ContinuousClock.Instant) throws {
        let now = ContinuousClock.now
        // Until the first byte of the body the connecting has its own time as well.
        let connecting = lastSignOfLife == start ? limits.connectMilliseconds : 0
        if now - lastSignOfLife > .milliseconds(limits.idleMilliseconds + connecting) {
            throw timedOut("has sent nothing for \(limits.idleMilliseconds) ms")
        }
        if now - start > .milliseconds(limits.totalMilliseconds) {
            throw timedOut("was not complete after \(limits.totalMilliseconds) ms")
        }
    }

    private func finish() throws -> Outcome {
        if let bodyFailure { throw bodyFailure }
        var left: Int32 = 0
        guard let message = curl_multi_info_read(multi, &left) else {
            throw PackageError(.transferFailed, "the transfer ended without a result", context: address.shown)
        }
        let result = message.pointee.data.result
        guard result == CURLE_OK else { throw failure(result) }
        if (300..<400).contains(status), let next = redirectTarget { return .redirected(to: next) }
        guard (200..<300).contains(status) else { throw unexpectedStatus() }
        return .stored
    }
}
