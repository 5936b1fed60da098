import Foundation
import Testing

@testable import PlushController

/// Against `openssl s_server` with a certificate made for the test.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "needs the openssl command"))
struct PackagesHTTPSTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    /// Runs `body` with the URL of a server whose answers are the files of the workspace, headers and all.
    private func withServer(_ body: (String) async throws -> Void) async throws {
        try workspace.run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", "/CN=loopback", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem",
            "-out", "cert.pem", "-batch", "-days", "2")
        let server = Process()
        let output = Pipe()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        server.arguments = ["s_server", "-accept", "127.0.0.1:0", "-key", "key.pem", "-cert", "cert.pem", "-HTTP"]
        server.currentDirectoryURL = URL(fileURLWithPath: workspace.path)
        server.standardOutput = output
        server.standardError = FileHandle.nullDevice
        try server.run()
        defer {
            // Not SIGTERM: started from a thread of the pool, the child has inherited a mask that blocks it.
            kill(server.processIdentifier, SIGKILL)
            server.waitUntilExit()
        }
        var text = ""
        while !text.hasSuffix("\n") || !text.contains("ACCEPT") {
            let data = output.fileHandleForReading.availableData
            try #require(!data.isEmpty, "the server ended: \(text)")
            text += String(decoding: data, as: UTF8.self)
        }
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") })
        try await body("https://127.0.0.1:" + line.suffix(while: \.isNumber))
    }

    @Test func aTrustedCertificateIsAcceptedAndAnotherRefused() async throws {
        try workspace.write(LoopbackServer.Answer.head("200 OK", length: 6) + Array("secure".utf8), to: "demo.tar")
        try await withServer { url in
            let refusal = try await packageError {
                try await PackageFetcher(environment: ProxyEnvironment([:]))
                    .fetch(url: url + "/demo.tar", to: workspace.staging)
            }
            #expect(refusal.code == .cannotConnect)
            #expect(refusal.message.contains("certificate is not trusted"))
            let trusting = ProxyEnvironment(["SSL_CERT_FILE": workspace.path + "/cert.pem"])
            let file = try await PackageFetcher(environment: trusting)
                .fetch(url: url + "/demo.tar", to: workspace.staging)
            #expect(file.sizeBytes == 6)
        }
    }

    @Test func aRedirectFromHTTPSToHTTPIsRefused() async throws {
        let open = try LoopbackServer { _ in .ok([1]) }
        defer { open.stop() }
        let location = "Location: \(open.url)/x\r\n"
        try workspace.write(LoopbackServer.Answer.head("302 Found", length: 0, headers: location), to: "moved")
        try await withServer { url in
            let trusting = ProxyEnvironment(["SSL_CERT_FILE": workspace.path + "/cert.pem"])
            let refusal = try await packageError {
                try await PackageFetcher(environment: trusting).fetch(url: url + "/moved", to: workspace.staging)
            }
            #expect(refusal.code == .badRedirect)
            #expect(refusal.message.contains(open.url + "/x"))
            #expect(open.requests.isEmpty)
        }
    }
}

extension StringProtocol {
    /// The characters at the end that `match`.
    fileprivate func suffix(while match: (Character) -> Bool) -> String {
        String(String(reversed().prefix(while: match)).reversed())
    }
}
