import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import PlushSSH

private let group = MultiThreadedEventLoopGroup.singleton

/// Against OpenSSH's own server.
@Suite(
    .enabled(if: SSHServer.isInstalled, "sshd is not installed: apt-get install openssh-server"), .serialized,
    .timeLimit(.minutes(10))
)
struct ConnectionCommandTests {
    private let key = TestKey()

    private func client(
        _ server: SSHServer, _ manner: TestSigner.Manner = .atOnce, user: String? = nil, keys: [SSHIdentity]? = nil,
        algorithms: [String] = [], on loop: any EventLoop = group.next()
    ) -> TestClient {
        TestClient(
            user ?? server.user, keys ?? [key.identity], TestSigner([key], manner, on: loop), algorithms, on: loop)
    }

    /// Logs in, or throws what the connection failed with.
    private func login(_ server: SSHServer, _ manner: TestSigner.Manner = .atOnce) async throws -> TestClient {
        let client = client(server, manner)
        try await client.connect(server.port).get()
        return client
    }

    private func end(_ client: TestClient) async throws {
        try await client.loop.submit { client.connection.disconnect() }.get()
        #expect(client.failures == [])
        #expect(client.connection.sessionBytes == 0)
    }

    @Test(arguments: [TestSigner.Manner.atOnce, .later])
    func aCommandGivesItsOutputsAndItsExitCode(_ manner: TestSigner.Manner) async throws {
        let server = try SSHServer(keys: [key.line])
        let client = try await login(server, manner)
        let result = try await client.run("echo out; echo err >&2; exit 7").get()
        #expect(result.text == "out\n")
        #expect(String(decoding: result.error, as: UTF8.self) == "err\n")
        #expect(result.exit == .code(7))
        #expect(client.steps == [.greeting, .keyExchange, .authentication, .ready, .execution, .running])
        #expect(client.signer.requests == 1)
        try await end(client)
    }

    @Test func severalCommandsFollowEachOtherOnOneConnection() async throws {
        let server = try SSHServer(keys: [key.line])
        let client = try await login(server)
        #expect(try await client.run("cat", Array("one".utf8)).get().text == "one")
        #expect(try await client.run("wc -c", Array("twelve bytes".utf8)).get().text == "12\n")
        #expect(try await client.run("true").get().exit == .code(0))
        #expect(try await client.run("kill -TERM $$; sleep 60").get().exit == .signal("TERM"))
        #expect(try await client.run("echo after", nil).get().text == "after\n")
        try await end(client)
        #expect(server.waitUntil { server.log.contains("Received disconnect from") })
    }

    @Test func tenMegabytesGoBothWaysInBoundedMemory() async throws {
        let server = try SSHServer(keys: [key.line])
        let client = try await login(server)
        var state: UInt32 = 1
        let bytes = (0..<10_000_000).map { _ -> UInt8 in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
        let result = try await client.run("cat", bytes).get()
        #expect(result.output == bytes)
        #expect(result.exit == .code(0))
        #expect(client.pauses > 0)
        #expect(client.unsentMax <= SSHLimits.inputQueueHighBytes + 2 * TestClient.pieceBytes)
        #expect(try await client.run("true").get().exit == .code(0))
        try await end(client)
    }

    @Test func keysAreExchangedAgainInMidTransfer() async throws {
        let server = try SSHServer(keys: [key.line], options: ["RekeyLimit 1M"])
        let client = try await login(server)
        let bytes = [UInt8](repeating: 65, count: 4_000_000)
        #expect(try await client.run("cat", bytes).get().output == bytes)
        #expect(try await client.run("echo still").get().text == "still\n")
        try await end(client)
    }

    @Test func inputThatNobodyReadsIsHeldBack() async throws {
        let server = try SSHServer(keys: [key.line])
        let client = try await login(server)
        let result = client.run("sleep 1; wc -c", [UInt8](repeating: 1, count: 8_000_000))
        #expect(try await result.get().text == "8000000\n")
        #expect(client.unsentMax <= SSHLimits.inputQueueHighBytes + 2 * TestClient.pieceBytes)
        try await end(client)
    }

    @Test func whoeverWaitsForAWriteMayWriteAtOnce() async throws {
        let server = try SSHServer(keys: [key.line])
        let client = try await login(server)
        let loop = client.loop
        let result = client.run("head -c 300000 | wc -c", nil)
        let last = loop.flatSubmit { () -> EventLoopFuture<Void> in
            (0..<29).reduce(client.write([UInt8](repeating: 7, count: 10_000))) { written, _ in
                written.flatMap { client.write([UInt8](repeating: 7, count: 10_000)) }
            }
        }
        try await last.get()
        #expect(try await result.get().text == "300000\n")
        try await end(client)
    }

    @Test func writesWithoutACommandFail() async throws {
        let server = try SSHServer(keys: [key.line])
        let client = try await login(server)
        let early = client.loop.flatSubmit { client.write([1]) }
        await #expect(throws: SSHFailure(.session, "no command takes input")) { try await early.get() }
        let ended = try await client.run("exit 3", nil).get()
        #expect(ended.exit == .code(3))
        let late = client.loop.flatSubmit { client.write([1]) }
        await #expect(throws: SSHFailure(.session, "no command takes input")) { try await late.get() }
        try await end(client)
    }

    @Test func aRefusedHostKeyEndsTheConnectionBeforeTheLogin() async throws {
        let server = try SSHServer(keys: [key.line], options: ["LogLevel DEBUG3"])
        let client = client(server)
        client.refusal = SSHFailure(.hostKey, "host key changed")
        await #expect(throws: SSHFailure(.hostKey, "host key changed")) { try await client.connect(server.port).get() }
        #expect(client.hostKeys.count == 1)
        #expect(client.signer.requests == 0)
        #expect(client.steps == [.greeting, .keyExchange])
        #expect(server.waitUntil { server.log.contains("host key not accepted") })
        #expect(!server.log.contains("userauth-request"))
        #expect(client.failures.count == 1 && client.callsAfterFailure == 0)
    }

    @Test(arguments: [
        (["ssh-ed25519"], "ed25519"), (["ecdsa-sha2-nistp256"], "ecdsa"), ([], "ecdsa"),
        (["ssh-rsa", "unheard-of"], "ecdsa"), (["ssh-rsa", "ssh-ed25519"], "ed25519"),
    ]) func theKeyThatIsKnownIsAskedFor(_ algorithms: [String], _ kind: String) async throws {
        let server = try SSHServer(keys: [key.line])
        let client = client(server, algorithms: algorithms)
        try await client.connect(server.port).get()
        #expect(client.hostKeys.map(\.blob) == [try server.hostKey(kind)])
        try await end(client)
    }

    @Test func wrongUsersAndKeysAreTold() async throws {
        let server = try SSHServer(keys: [TestKey().line])
        let wrongKey = client(server)
        let failure = await #expect(throws: SSHFailure.self) { try await wrongKey.connect(server.port).get() }
        #expect(failure?.message == "the key was not accepted for user \(server.user)")
        #expect(wrongKey.signer.requests == 0)
        let wrongUser = client(server, user: "nobody-of-this-name")
        let other = await #expect(throws: SSHFailure.self) { try await wrongUser.connect(server.port).get() }
        #expect(other?.message == "the key was not accepted for user nobody-of-this-name")
        let oldKey = client(server, keys: [TestKey.other("ssh-rsa", "old laptop")])
        let old = await #expect(throws: SSHFailure.self) { try await oldKey.connect(server.port).get() }
        #expect(old?.message.hasPrefix("the only key offered is RSA (old laptop)") == true)
    }

    @Test func theRightKeyMayComeAfterOthers() async throws {
        let server = try SSHServer(keys: [key.line])
        let client = client(server, keys: [TestKey.other("ssh-rsa", "old"), TestKey().identity, key.identity])
        try await client.connect(server.port).get()
        #expect(client.signer.requests == 1)
        try await end(client)
    }

    @Test func tooManyKeysEndTheLoginInTheServersWords() async throws {
        let server = try SSHServer(keys: [key.line], options: ["MaxAuthTries 3"])
        let client = client(server, keys: (0..<9).map { _ in TestKey().identity } + [key.identity])
        let failure = await #expect(throws: SSHFailure.self) { try await client.connect(server.port).get() }
        #expect(failure?.code == .authentication)
        #expect(failure?.message == "the server ended the login after 3 keys: Too many authentication failures")
    }

    @Test(arguments: [
        (TestSigner.Manner.refusing, "the agent refused to sign"),
        (.nonsense, "the key was not accepted for user"),
    ])
    func signersThatDoNotSignAreTold(_ manner: TestSigner.Manner, _ words: String) async throws {
        let server = try SSHServer(keys: [key.line])
        let client = client(server, manner)
        let failure = await #expect(throws: SSHFailure.self) { try await client.connect(server.port).get() }
        #expect(failure?.code == .authentication)
        #expect(failure?.message.hasPrefix(words) == true)
    }

    @Test func aSignatureThatComesAfterTheEndIsDropped() async throws {
        let server = try SSHServer(keys: [key.line], options: ["LoginGraceTime 1"])
        let client = client(server, .silent)
        let failure = await #expect(throws: SSHFailure.self) { try await client.connect(server.port).get() }
        #expect(failure?.message == "the server closed the connection during the login")
        try await client.loop.submit { client.signer.giveUp() }.get()
        #expect(client.failures.count == 1 && client.callsAfterFailure == 0)
        #expect(client.connection.sessionBytes == 0)
    }

    @Test func aKilledServerLosesTheConnection() async throws {
        let server = try SSHServer(keys: [key.line])
        let client = try await login(server)
        client.outputArrived = { _, bytes in
            kill(pid_t(String(decoding: bytes, as: UTF8.self).dropLast())!, SIGKILL)
        }
        let failure = await #expect(throws: SSHFailure.self) { try await client.run("echo $PPID; sleep 60", nil).get() }
        #expect(failure?.code == .closed)
        #expect(failure?.message == "the connection was lost while the command ran")
        #expect(client.failures.count == 1 && client.callsAfterFailure == 0)
        #expect(client.connection.sessionBytes == 0)
        let late = client.loop.flatSubmit { client.write([1]) }
        await #expect(throws: (any Error).self) { try await late.get() }
    }

    @Test func aServerThatDropsABurstSaysSo() async throws {
        let server = try SSHServer(keys: [key.line], options: ["MaxStartups 1:100:1"])
        let first = client(server, .silent)
        let isWaiting = first.loop.makePromise(of: Void.self)
        first.stepReached = { if $1 == .authentication { isWaiting.succeed() } }
        let held = first.connect(server.port)
        try await isWaiting.futureResult.get()
        let second = client(server)
        let failure = await #expect(throws: SSHFailure.self) { try await second.connect(server.port).get() }
        #expect(failure?.code == .dropped)
        try await first.loop.submit {
            first.connection.disconnect()
            first.signer.giveUp()
        }.get()
        #expect(first.connection.sessionBytes == 0)
        first.abandon()
        _ = try? await held.get()
    }

    @Test func aServerWithoutSessionsRefusesTheCommand() async throws {
        let server = try SSHServer(keys: [key.line], options: ["MaxSessions 0"])
        let client = try await login(server)
        let failure = await #expect(throws: SSHFailure.self) { try await client.run("true").get() }
        #expect(failure?.code == .session)
        #expect(client.connection.sessionBytes == 0)
    }

    @Test func manyConnectionsShareOneEventLoop() async throws {
        let server = try SSHServer(keys: [key.line])
        let loop = group.next()
        let clients = (0..<64).map { _ in client(server, .later, on: loop) }
        let results = clients.enumerated().map { index, client in
            client.connect(server.port).flatMap { client.run("cat; exit \(index)", Array("\(index)".utf8)) }
        }
        for (index, result) in results.enumerated() {
            let result = try await result.get()
            #expect(result.text == "\(index)")
            #expect(result.exit == .code(Int32(index)))
        }
        for client in clients { try await end(client) }
    }

    @Test func aConnectionCutAnywhereFailsOnce() async throws {
        let server = try SSHServer(keys: [key.line])
        var cut = 0
        while true {
            let client = client(server, .later)
            let cutter = Cutter(after: cut)
            let result = client.connect(server.port, [cutter]).flatMap { client.run("echo hello") }
            if (try? await result.get()) != nil {
                try await end(client)
                break
            }
            #expect(client.failures.count == 1 && client.callsAfterFailure == 0, "cut after \(cut) bytes")
            #expect(client.connection.sessionBytes == 0)
            cut += 97
        }
        #expect(cut > 2000)
    }
}

/// Closes a channel when so many bytes have come in.
private final class Cutter: ChannelInboundHandler, @unchecked Sendable {  // used on its event loop
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    private var left: Int

    init(after bytes: Int) {
        left = bytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        let count = min(left, bytes.readableBytes)
        left -= count
        if let slice = bytes.readSlice(length: count), count > 0 {
            context.fireChannelRead(wrapInboundOut(slice))
        }
        if left == 0 { context.close(promise: nil) }
    }
}
