import CCurl

/// An `http` or `https` URL, taken apart by the same parser that will use it.
struct WebAddress {
    /// As given, with credentials if there are any.
    let text: String
    /// `http` or `https`.
    let scheme: String
    /// For messages: without user name and password.
    let shown: String

    init(_ text: String, limits: PackageLimits) throws {
        guard text.utf8.count <= limits.urlBytesMax else {
            let beginning = String(text.unicodeScalars.prefix(64).filter { $0.value > 32 && $0 != "@" })
            throw Self.error("the URL is longer than \(limits.urlBytesMax) bytes", context: beginning + "...")
        }
        guard !text.utf8.contains(where: { $0 <= 32 || $0 == 127 }) else {
            throw Self.error("the URL has a space or control character; write it as %20 or the like", text)
        }
        guard let url = curl_url() else { throw Self.error("there is no memory left to read the URL", text) }
        defer { curl_url_cleanup(url) }
        let code = curl_url_set(url, CURLUPART_URL, text, UInt32(CURLU_NON_SUPPORT_SCHEME))
        guard code == CURLUE_OK, let scheme = Self.part(url, CURLUPART_SCHEME),
            Self.part(url, CURLUPART_HOST)?.isEmpty == false
        else {
            let cause = code == CURLUE_OK ? "no host" : String(cString: curl_url_strerror(code))
            throw Self.error("this is not a URL; it should be like http://host/path/file.tgz", text, cause: cause)
        }
        curl_url_set(url, CURLUPART_USER, nil, 0)
        curl_url_set(url, CURLUPART_PASSWORD, nil, 0)
        self.text = text
        self.scheme = scheme
        shown = Self.part(url, CURLUPART_URL) ?? scheme
        guard scheme == "http" || scheme == "https" else {
            let advice = "packages are fetched by http and https only; fetch it yourself and use type=\"file\""
            throw Self.error(advice, context: shown)
        }
    }

    /// `text` of something that is no URL, in quotes: it may hold a password all the same, before an `@`.
    private static func error(_ message: String, _ text: String, cause: String? = nil) -> PackageError {
        let shownText = text.lastIndex(of: "@").map { "..." + text[$0...] } ?? text
        return error(message, context: PlushController.shown(shownText), cause: cause)
    }

    private static func error(_ message: String, context: String, cause: String? = nil) -> PackageError {
        PackageError(.badURL, message, context: context, cause: cause)
    }

    private static func part(_ url: OpaquePointer, _ part: CURLUPart) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, part, &value, 0) == CURLUE_OK, let value else { return nil }
        defer { curl_free(value) }
        return String(cString: value)
    }
}
