import Foundation
import Testing

@testable import PlushController

struct PackagesProxyTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func fetch(_ url: String, _ variables: [String: String]) async throws -> String {
        let file = try await PackageFetcher(environment: ProxyEnvironment(variables))
            .fetch(url: url, to: workspace.staging)
        return String(decoding: try Data(contentsOf: URL(fileURLWithPath: file.location)), as: UTF8.self)
    }

    @Test func figureThreesPackageComesThroughAProxyOnLoopback() async throws {
        let server = try LoopbackServer { _ in .ok(Array("demo".utf8)) }
        defer { server.stop() }
        for name in ["http_proxy", "all_proxy", "ALL_PROXY"] {
            #expect(try await fetch("http://plush.ucsd.edu/demo.tar", [name: server.url]) == "demo")
        }
        #expect(server.requests.count == 3)
        #expect(server.requests[0].hasPrefix("GET http://plush.ucsd.edu/demo.tar HTTP/1.1\r\nHost: plush.ucsd.edu\r\n"))
    }

    @Test func noProxyGoesDirectly() async throws {
        let server = try LoopbackServer { line in .ok(Array(line.utf8)) }
        let proxy = try LoopbackServer { _ in .status("502 Bad Gateway") }
        defer {
            server.stop()
            proxy.stop()
        }
        let line = try await fetch(server.url + "/x", ["http_proxy": proxy.url, "no_proxy": "example.org,127.0.0.1"])
        #expect(line == "GET /x HTTP/1.1")
        #expect(proxy.requests.isEmpty)
        let error = try await packageError { try await fetch(server.url + "/x", ["http_proxy": proxy.url]) }
        #expect(error.message.contains("502"))
        #expect(error.message.contains("through the proxy"))
    }

    @Test func eachRedirectIsGivenTheProxyOfItsScheme() async throws {
        let web = try LoopbackServer { _ in .status("302 Found", headers: "Location: https://plush.ucsd.edu/demo\r\n") }
        let tunnel = try LoopbackServer { _ in .status("403 Forbidden") }
        defer {
            web.stop()
            tunnel.stop()
        }
        let variables = ["http_proxy": web.url, "HTTPS_PROXY": tunnel.url]
        _ = try await packageError { try await fetch("http://plush.ucsd.edu/demo", variables) }
        #expect(web.requests.count == 1)
        #expect(tunnel.requests.count == 1)
        #expect(tunnel.requests[0].hasPrefix("CONNECT plush.ucsd.edu:443 HTTP/1.1\r\n"))
    }

    @Test func upperCaseHTTPProxyAndEmptyVariablesDoNotCount() {
        let environment = ProxyEnvironment(["HTTP_PROXY": "http://evil", "https_proxy": "", "HTTPS_PROXY": "http://p"])
        #expect(environment.proxy(forScheme: "http") == nil)
        #expect(environment.proxy(forScheme: "https") == "http://p")
    }

    /// The process's own environment, in a child, because changing it beside other threads is not safe.
    @Test func theProcessEnvironmentIsTheDefault() async {
        await #expect(processExitsWith: .success) {
            let server = try LoopbackServer { _ in .ok(Array("demo".utf8)) }
            let workspace = try Workspace()
            setenv("http_proxy", server.url, 1)
            unsetenv("no_proxy")
            unsetenv("NO_PROXY")
            let file = try await PackageFetcher().fetch(url: "http://plush.ucsd.edu/demo.tar", to: workspace.staging)
            try #require(file.sizeBytes == 4)
            try #require(server.requests.count == 1)
        }
    }
}
