import Foundation
import Synchronization
import Testing

@testable import PlushController

/// Against a real server on loopback. The environment is injected everywhere, so that the tests do not depend on the
/// proxies of whoever runs them; one test asks the process's own.
struct PackagesFetcherTests {
    private let workspace: Workspace
    private let direct = ProxyEnvironment([:])

    init() throws { workspace = try Workspace() }

    private func fetch(
        _ url: String, limits: PackageLimits = PackageLimits(), environment: ProxyEnvironment? = nil,
    ) async throws -> FetchedFile {
        try await PackageFetcher(limits: limits, environment: environment ?? direct)
            .fetch(url: url, to: workspace.staging)
    }

    private func text(_ file: FetchedFile) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: file.location)), as: UTF8.self)
    }

    @Test func aFileArrivesWholeAndProgressEndsAtItsLength() async throws {
        let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let server = try LoopbackServer { _ in .ok(body) }
        defer { server.stop() }
        let last = Mutex<PackageProgress?>(nil)
        let file = try await PackageFetcher(environment: direct)
            .fetch(url: server.url + "/a.tgz", to: workspace.staging) { now in
                last.withLock { seen in
                    #expect(now.bytes > seen?.bytes ?? 0)
                    seen = now
                }
            }
        #expect(try Data(contentsOf: URL(fileURLWithPath: file.location)) == Data(body))
        #expect(file.sizeBytes == 300_000)
        let expected = PackageProgress(url: server.url + "/a.tgz", bytes: 300_000, expectedBytes: 300_000)
        #expect(last.withLock { $0 } == expected)
        #expect(server.requests.count == 1)
        #expect(server.requests[0].hasPrefix("GET /a.tgz HTTP/1.1\r\n"))
    }

    @Test func anEmptyFileAndOneWithoutALengthAreFiles() async throws {
        let server = try LoopbackServer { line in
            line.contains("/empty") ? .ok([]) : .bytes(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc".utf8))
        }
        defer { server.stop() }
        #expect(try await fetch(server.url + "/empty").sizeBytes == 0)
        #expect(try text(await fetch(server.url + "/open")) == "abc")
    }

    @Test func aContentEncodingIsNotUndone() async throws {
        let server = try LoopbackServer { _ in .ok(Array("as it is".utf8), headers: "Content-Encoding: gzip\r\n") }
        defer { server.stop() }
        #expect(try text(await fetch(server.url + "/a.tgz")) == "as it is")
    }

    @Test(arguments: ["404 Not Found", "403 Forbidden", "500 Oops", "304 Not Modified", "300 Multiple Choices"])
    func aStatusOtherThan2xxIsAnErrorThatNamesIt(status: String) async throws {
        let server = try LoopbackServer { _ in .status(status, body: status.hasPrefix("304") ? "" : "an error page") }
        defer { server.stop() }
        let error = try await packageError { try await fetch(server.url + "/none") }
        #expect(error.code == .badStatus)
        #expect(error.context == server.url + "/none")
        #expect(error.message.contains("status \(status.prefix(3))"))
        #expect(workspace.staged.isEmpty)
    }

    @Test func anEndlessErrorPageIsCutOff() async throws {
        let page = [UInt8](repeating: 65, count: 1 << 20)
        let server = try LoopbackServer { _ in
            .silence(after: LoopbackServer.Answer.head("404 Not Found", length: 1 << 30) + page)
        }
        defer { server.stop() }
        #expect(try await packageError { try await fetch(server.url) }.code == .badStatus)
    }

    @Test func redirectsAreFollowedAlsoRelativeOnes() async throws {
        let server = try LoopbackServer { line in
            if line.contains("/dir/first") {
                return .status("302 Found", headers: "Location: second\r\n", body: "moved")
            }
            if line.contains("/dir/second") { return .status("301 Moved", headers: "Location: /third\r\n") }
            return .ok(Array("there".utf8))
        }
        defer { server.stop() }
        #expect(try text(await fetch(server.url + "/dir/first")) == "there")
        #expect(server.requests.map { $0.split(separator: " ")[1] } == ["/dir/first", "/dir/second", "/third"])
    }

    @Test func aRedirectLoopEnds() async throws {
        let server = try LoopbackServer { _ in .status("302 Found", headers: "Location: /again\r\n") }
        defer { server.stop() }
        let error = try await packageError { try await fetch(server.url + "/first") }
        #expect(error.code == .badRedirect)
        #expect(error.context == server.url + "/first")
        #expect(error.message.contains("more than 5 times"))
        #expect(server.requests.count == 6)
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1:1/x"])
    func aRedirectToAnotherProtocolIsRefused(target: String) async throws {
        let server = try LoopbackServer { _ in .status("302 Found", headers: "Location: \(target)\r\n") }
        defer { server.stop() }
        #expect(try await packageError { try await fetch(server.url) }.code == .badRedirect)
        #expect(workspace.staged.isEmpty)
    }

    @Test func aBodyShorterThanDeclaredIsTruncated() async throws {
        let server = try LoopbackServer { _ in .ok(Array("half".utf8), declaring: 8) }
        defer { server.stop() }
        let error = try await packageError { try await fetch(server.url) }
        #expect(error.code == .truncated)
        #expect(error.cause?.isEmpty == false)
        #expect(workspace.staged.isEmpty)
    }

    @Test func aDeclaredLengthOverTheLimitIsRefusedAtOnce() async throws {
        let server = try LoopbackServer { _ in
            .silence(after: LoopbackServer.Answer.head("200 OK", length: 1 << 50) + [1])
        }
        defer { server.stop() }
        let error = try await packageError { try await fetch(server.url) }
        #expect(error.code == .tooLarge)
        #expect(error.message.contains("\(1 << 50)"))
    }

    @Test func anUndeclaredLengthOverTheLimitIsRefused() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8)
        let server = try LoopbackServer { line in
            .bytes(head + [UInt8](repeating: 1, count: line.contains("/fits") ? 1_000 : 1_001))
        }
        defer { server.stop() }
        var limits = PackageLimits()
        limits.downloadBytesMax = 1_000
        #expect(try await fetch(server.url + "/fits", limits: limits).sizeBytes == 1_000)
        let error = try await packageError { try await fetch(server.url + "/over", limits: limits) }
        #expect(error.code == .tooLarge)
        #expect(workspace.staged.count == 1)
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1",
    ])
    func aServerThatFallsSilentTimesOut(beginning: String) async throws {
        let server = try LoopbackServer { _ in .silence(after: Array(beginning.utf8)) }
        defer { server.stop() }
        var limits = PackageLimits()
        limits.connectMilliseconds = 100
        limits.idleMilliseconds = 100
        let error = try await packageError { try await fetch(server.url, limits: limits) }
        #expect(error.code == .timedOut)
        #expect(error.message.contains("nothing for 100 ms"))
        #expect(workspace.staged.isEmpty)
    }

    @Test func cancellationEndsASilentTransfer() async throws {
        let (arrived, signal) = AsyncStream.makeStream(of: Void.self)
        let server = try LoopbackServer { _ in
            signal.yield()
            return .silence(after: [])
        }
        defer { server.stop() }
        let task = Task { try await fetch(server.url) }
        for await _ in arrived { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(workspace.staged.isEmpty)
    }

    @Test func aClosedPortAndAnUnknownHostAreSaidSo() async throws {
        // Bound, so that nobody else gets the port, but not listening.
        let (closed, port) = try boundSocket()
        defer { close(closed) }
        let refused = try await packageError { try await fetch("http://127.0.0.1:\(port)/x") }
        #expect(refused.code == .cannotConnect)
        #expect(refused.context == "http://127.0.0.1:\(port)/x")
        let unknown = try await packageError { try await fetch("http://no-such-host.invalid/x") }
        #expect(unknown.code == .cannotConnect)
        #expect(unknown.message.contains("name"))
    }

    @Test func aConnectionThatIsNeverAcceptedTimesOut() async throws {
        let (listener, port) = try boundSocket()
        defer { close(listener) }
        listen(listener, 0)
        // A queue of length 0 holds one connection; the kernel then drops those that follow without an answer.
        var fillers: [Int32] = []
        defer { for filler in fillers { close(filler) } }
        for _ in 0..<4 {
            let filler = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            var address = loopback(port: port)
            _ = withUnsafeBytes(of: &address) { raw in
                connect(filler, raw.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
            }
            fillers.append(filler)
        }
        var limits = PackageLimits()
        limits.connectMilliseconds = 100
        let error = try await packageError { try await fetch("http://127.0.0.1:\(port)/x", limits: limits) }
        #expect(error.code == .timedOut)
        #expect(error.message.contains("no connection after 100 ms"))
    }

    @Test(arguments: [
        "", "demo.tar", "http://", "ftp://h/x", "file:///etc/passwd", "http://h/a b", "http://h/\n", "http://[::1/x",
    ])
    func whatIsNoWebURLIsRefused(url: String) async throws {
        #expect(try await packageError { try await fetch(url) }.code == .badURL)
    }

    @Test func anOverlongURLIsRefused() async throws {
        let error = try await packageError { try await fetch("http://h/" + String(repeating: "a", count: 8_192)) }
        #expect(error.code == .badURL)
        #expect(error.description.utf8.count < 300)
    }

    @Test func passwordsDoNotAppearInErrors() async throws {
        let server = try LoopbackServer { _ in .status("403 Forbidden") }
        defer { server.stop() }
        let url = "http://user:secret@127.0.0.1:\(server.port)/x"
        let refused = try await packageError { try await fetch(url) }
        #expect(!refused.description.contains("secret"))
        #expect(server.requests[0].contains("Authorization: Basic "))
        let bad = try await packageError { try await fetch("http://user:secret@h/a b") }
        #expect(!bad.description.contains("secret"))
        let proxied = ProxyEnvironment(["http_proxy": url])
        let viaProxy = try await packageError { try await fetch("http://h/x", environment: proxied) }
        #expect(!viaProxy.description.contains("secret"))
        #expect(viaProxy.message.contains("through the proxy 127.0.0.1:\(server.port)"))
    }

    @Test func aMissingStagingDirectoryIsNamed() async throws {
        let server = try LoopbackServer { _ in .ok([1]) }
        defer { server.stop() }
        let error = try await packageError {
            try await PackageFetcher(environment: direct).fetch(url: server.url, to: workspace.path + "/none")
        }
        #expect(error.code == .stagingFailed)
        #expect(error.context.hasPrefix(workspace.path + "/none/"))
    }
}
