import Glibc
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import PlushSSH

/// A connection to a server made of bytes in memory.
private final class Stranger {
    let channel = EmbeddedChannel()
    let client: TestClient

    init() throws {
        let loop = channel.embeddedEventLoop
        let key = TestKey()
        client = TestClient("alice", [key.identity], TestSigner([key], on: loop), on: loop)
        try channel.pipeline.syncOperations.addHandlers([client.connection, client])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 22)).wait()
    }

    func say(_ bytes: some Sequence<UInt8>) {
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    }

    /// Closes, and gives the failure, of which there must be exactly one.
    func end() throws -> SSHFailure {
        if channel.isActive { _ = try? channel.finish() }
        try #require(client.failures.count == 1)
        #expect(client.callsAfterFailure == 0)
        #expect(client.connection.sessionBytes == 0)
        #expect(!channel.isActive)
        client.connection.disconnect()
        client.connection.closeInput()
        client.connection.execute("true")
        #expect(client.failures.count == 1 && client.callsAfterFailure == 0)
        return client.failures[0]
    }
}

private let identification = Array("SSH-2.0-test\r\n".utf8)

/// A packet before encryption (RFC 4253, section 6), padded to eight bytes.
private func packet(_ payload: [UInt8]) -> [UInt8] {
    let padding = 8 - (payload.count + 5) % 8 + 4
    let length = UInt32(payload.count + padding + 1)
    return withUnsafeBytes(of: length.bigEndian, Array.init) + [UInt8(padding)] + payload
        + [UInt8](repeating: 0, count: padding)
}

private func disconnection(_ reason: UInt32, _ text: String) -> [UInt8] {
    let number = withUnsafeBytes(of: reason.bigEndian, Array.init)
    return packet([1] + number + TestKey.string(Array(text.utf8)) + TestKey.string([]))
}

@Test func aServerThatClosesAtOnceHasDroppedUs() throws {
    let silent = try Stranger()
    #expect(silent.client.steps == [.greeting])
    #expect(try silent.end().code == .dropped)
    let reset = try Stranger()
    reset.channel.pipeline.fireErrorCaught(IOError(errnoCode: ECONNRESET, reason: "read"))
    #expect(try reset.end().code == .dropped)
    let afterGreeting = try Stranger()
    afterGreeting.say(identification)
    #expect(afterGreeting.client.steps == [.greeting, .keyExchange])
    #expect(try afterGreeting.end().code == .dropped)
}

@Test func weIdentifyOurselvesBeforeTheServerDoes() throws {
    let stranger = try Stranger()
    let first = try #require(try stranger.channel.readOutbound(as: ByteBuffer.self))
    #expect(String(buffer: first).hasPrefix("SSH-2.0-libssh2"))
    _ = try stranger.end()
}

@Test func strangersAreNotTakenForSSHServers() throws {
    let web = try Stranger()
    web.say("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
    #expect(web.client.connection.said == "HTTP/1.1 400 Bad Request")
    #expect(try web.end().code == .notSSH)
    let binary = try Stranger()
    binary.say([0, 1, 2, 3])
    #expect(!binary.channel.isActive)
    #expect(try binary.end().code == .notSSH)
    let endless = try Stranger()
    for _ in 0...SSHLimits.greetingLinesMax { endless.say("and another thing\r\n".utf8) }
    #expect(!endless.channel.isActive)
    #expect(try endless.end().code == .notSSH)
}

@Test func aDisconnectionDuringTheKeyExchangeIsToldInTheServersWords() throws {
    let busy = try Stranger()
    busy.say(identification + disconnection(12, "too many\u{7}connections"))
    let dropped = try busy.end()
    #expect(dropped.code == .dropped)
    #expect(dropped.message.hasSuffix(": too many?connections"))
    let angry = try Stranger()
    angry.say(identification + disconnection(2, String(repeating: "x", count: 9000)))
    let refused = try angry.end()
    #expect(refused.code == .keyExchange)
    #expect(refused.message.count < 200)
}

@Test(arguments: [
    [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xff, count: 64), packet([]), packet([20]),
    packet([20] + [UInt8](repeating: 0xff, count: 200)), packet([31]), packet([1]),
    packet([80, 0xff, 0xff, 0xff, 0xff]),
    [0, 0, 0, 1, 0] + [UInt8](repeating: 9, count: 40), [0, 0, 0, 5, 200] + [UInt8](repeating: 9, count: 40),
]) func brokenPacketsEndTheKeyExchange(_ bytes: [UInt8]) throws {
    let stranger = try Stranger()
    stranger.say(identification + bytes)
    let failure = try stranger.end()
    #expect(failure.code == .keyExchange || failure.code == .dropped, "\(failure)")
}

@Test func aServerWithOtherAlgorithmsIsTold() throws {
    let lists = ["sntrup", "ssh-x", "a", "a", "b", "b", "none", "none", "", ""]
    let stranger = try Stranger()
    stranger.say(
        identification
            + packet(
                [20] + [UInt8](repeating: 5, count: 16) + lists.flatMap { TestKey.string(Array($0.utf8)) } + [
                    0, 0, 0, 0, 0,
                ]))
    #expect(!stranger.channel.isActive)
    let failure = try stranger.end()
    #expect(failure.code == .keyExchange)
    #expect(failure.message == "the server has no algorithm in common with libssh2")
}

@Test func aFloodOfPacketsIsBoundedInMemory() throws {
    let stranger = try Stranger()
    stranger.say(identification)
    let flood = Array(repeating: packet([99] + [UInt8](repeating: 1, count: 30_000)), count: 4).flatMap { $0 }
    var mostBytes = 0
    for _ in 0..<1000 where stranger.channel.isActive {
        stranger.say(flood)
        mostBytes = max(mostBytes, stranger.client.connection.sessionBytes)
    }
    #expect(!stranger.channel.isActive)
    #expect(mostBytes > SSHLimits.sessionBytesMax / 2 && mostBytes <= SSHLimits.sessionBytesMax)
    #expect(try stranger.end().code == .keyExchange)
}

@Test(
    .enabled(if: SSHServer.isInstalled, "sshd is not installed: apt-get install openssh-server"),
    .timeLimit(.minutes(10))
)
func aRecordedHandshakeFailsOnceWhereverItIsCutOrChanged() async throws {
    let key = TestKey()
    let server = try SSHServer(keys: [key.line])
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let client = TestClient(server.user, [key.identity], TestSigner([key], on: loop), on: loop)
    let recorder = Recorder()
    try await client.connect(server.port, [recorder]).get()
    let recorded = try await loop.submit { () -> [UInt8] in
        client.connection.disconnect()
        return recorder.bytes
    }.get()
    try #require(recorded.count > 1000)
    // The key in it is not for us: at most the exchange's signature is looked at, and found wrong.
    var codes: Set<SSHFailure.Code> = []
    for count in 0..<recorded.count {
        let cut = try Stranger()
        cut.say(recorded[..<count])
        codes.insert(try cut.end().code)
    }
    #expect(codes == [.dropped, .keyExchange])
    for index in stride(from: 0, to: recorded.count, by: 2) {
        let changed = try Stranger()
        var bytes = recorded
        bytes[index] ^= 1 << UInt8(index / 2 % 8)
        changed.say(bytes)
        codes.insert(try changed.end().code)
    }
    #expect(codes.isSubset(of: [.dropped, .keyExchange, .notSSH]))
    for count in [1, 7, 100] {
        let dripped = try Stranger()
        for start in stride(from: 0, to: recorded.count, by: count) {
            dripped.say(recorded[start..<min(start + count, recorded.count)])
        }
        #expect(try dripped.end().code == .keyExchange)
    }
}

/// Keeps what comes in.
private final class Recorder: ChannelInboundHandler, @unchecked Sendable {  // used on its event loop
    typealias InboundIn = ByteBuffer
    private(set) var bytes: [UInt8] = []

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytesView
        context.fireChannelRead(data)
    }
}
