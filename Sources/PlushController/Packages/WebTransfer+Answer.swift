import CCurl

/// What the answer says, and the errors made of it.
extension WebTransfer {
    /// The status of the answer whose header has come; 0 before.
    var status: Int {
        var value = 0
        plush_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &value)
        return value
    }

    /// The declared length of the body.
    var expectedBytes: Int64? {
        var value: curl_off_t = -1
        plush_curl_get_offset(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &value)
        return value < 0 ? nil : Int64(value)
    }

    /// The absolute URL of a `Location` header.
    var redirectTarget: String? {
        var value: UnsafePointer<CChar>?
        plush_curl_get_string(easy, CURLINFO_REDIRECT_URL, &value)
        return value.flatMap { String(validatingCString: $0) }
    }

    func unexpectedStatus() -> PackageError {
        let meaning =
            switch status {
            case 401, 403: "access is refused; check the URL and its credentials"
            case 404, 410: "there is no such file on the server; check the URL"
            case 407: "the proxy wants credentials; set them in its URL in the environment"
            case 500...: "the server or proxy has a problem; try again later"
            default: "the server did not give the file; open the URL in a browser to see why"
            }
        return PackageError(.badStatus, "was answered with status \(status): \(meaning)\(via)", context: address.shown)
    }

    func tooLarge() -> PackageError {
        let size = expectedBytes.map { "is \($0) bytes long, more than" } ?? "is longer than"
        return PackageError(
            .tooLarge, "\(size) the limit of \(limits.downloadBytesMax) bytes for a package", context: address.shown)
    }

    func timedOut(_ what: String) -> PackageError {
        PackageError(.timedOut, "\(what); check that the server is up and try again\(via)", context: address.shown)
    }

    func failure(_ code: CURLcode) -> PackageError {
        let (kind, message): (PackageError.Code, String) =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST:
                (.cannotConnect, "the host's name is not known; check the URL and the network")
            case CURLE_COULDNT_RESOLVE_PROXY:
                (.cannotConnect, "the proxy's name is not known; check the *_proxy variables")
            case CURLE_COULDNT_CONNECT:
                (.cannotConnect, "no connection; check that the server is up and listens on that port")
            case CURLE_OPERATION_TIMEDOUT:
                (.timedOut, "no connection after \(limits.connectMilliseconds) ms; check the host and the network")
            case CURLE_PARTIAL_FILE:
                (.truncated, "the connection closed before the whole file had come; try again")
            case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR:
                (.transferFailed, "the connection broke; try again")
            case CURLE_PEER_FAILED_VERIFICATION:
                (
                    .cannotConnect,
                    "the server's certificate is not trusted; install ca-certificates, or set SSL_CERT_FILE"
                )
            case CURLE_SSL_CACERT_BADFILE:
                (.cannotConnect, "the certificate file cannot be read; install ca-certificates or check SSL_CERT_FILE")
            default:
                (.transferFailed, "the transfer failed; try the URL with 'curl -v'")
            }
        return PackageError(
            kind, message + via, context: address.shown, cause: String(cString: curl_easy_strerror(code)))
    }

    /// Names the proxy: a wrong one is a common cause, and nobody remembers the variable. Without its credentials.
    private var via: String {
        guard let proxy else { return "" }
        let host = proxy.lastIndex(of: "@").map { proxy[proxy.index(after: $0)...] } ?? proxy[...]
        return " (through the proxy \(host))"
    }
}
