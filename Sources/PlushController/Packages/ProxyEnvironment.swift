import Foundation

/// The environment variables that decide how the web is reached: `http_proxy`, `https_proxy`, `all_proxy`, `no_proxy`
/// as in curl's manual ("Environment"), and `SSL_CERT_FILE` for a certificate authority of one's own.
package struct ProxyEnvironment: Sendable {
    private let variables: [String: String]

    package init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// The environment of this process.
    package static var process: ProxyEnvironment { ProxyEnvironment(ProcessInfo.processInfo.environment) }

    /// The proxy for a URL of `scheme`, before `noProxy` is looked at. Upper-case `HTTP_PROXY` does not count: a CGI
    /// server sets it from a request's header (CVE-2016-5385).
    func proxy(forScheme scheme: String) -> String? {
        let lower = "\(scheme)_proxy"
        let names = scheme == "http" ? [lower] : [lower, lower.uppercased()]
        return first(of: names + ["all_proxy", "ALL_PROXY"])
    }

    /// Hosts that are reached directly, in curl's notation.
    var noProxy: String? { first(of: ["no_proxy", "NO_PROXY"]) }

    /// A file of certificate authorities used instead of the system's.
    var certificateFile: String? { first(of: ["SSL_CERT_FILE"]) }

    /// The first that is set and not empty.
    private func first(of names: [String]) -> String? {
        names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
    }
}
