import Foundation
import Glibc
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import PlushSSH

struct KeyAgentClientTests {
    private let identity = SSHIdentity(blob: SampleKey.ed25519(7).blob, comment: "me")!
    private let signed: [UInt8] =
        [14] + SampleKey.string(SampleKey.string(Array("ssh-ed25519".utf8)) + SampleKey.string([1, 2]))

    private func makeClient() throws -> (KeyAgentClient, EmbeddedChannel) {
        let handler = KeyAgentHandler(path: "/a/socket")
        let channel = EmbeddedChannel(handlers: [ByteToMessageHandler(KeyAgentDecoder()), handler])
        try channel.connect(to: .init(unixDomainSocketPath: "/a/socket")).wait()
        return (KeyAgentClient(channel: channel, handler: handler), channel)
    }

    private func answer(_ message: [UInt8], on channel: EmbeddedChannel) throws {
        try channel.writeInbound(ByteBuffer(bytes: SampleKey.string(message)))
    }

    @Test func answersGoToTheirQuestionsInOrder() throws {
        let (client, channel) = try makeClient()
        let first = client.sign([1], with: identity)
        let second = client.identities()
        let third = client.sign([2], with: identity)
        #expect(try channel.readOutbound(as: ByteBuffer.self) != nil)
        try answer(signed, on: channel)
        try answer([12, 0, 0, 0, 0], on: channel)
        try answer([5], on: channel)
        #expect(try first.wait() == [1, 2])
        #expect(try second.wait() == [])
        #expect(throws: SSHFailure.self) { try third.wait() }
        // A refusal is no end.
        let fourth = client.sign([3], with: identity)
        try answer(signed, on: channel)
        #expect(try fourth.wait() == [1, 2])
    }

    @Test func whenTheAgentGoesAllThatWaitsFailsAndAllThatComes() throws {
        let (client, channel) = try makeClient()
        let waiting = (0..<3).map { _ in client.sign([1], with: identity) }
        channel.close(promise: nil)
        for future in waiting {
            #expect { try future.wait() } throws: { ($0 as? SSHFailure)?.message.contains("/a/socket is gone") == true }
        }
        #expect(throws: SSHFailure.self) { try client.sign([1], with: identity).wait() }
        #expect(throws: SSHFailure.self) { try client.identities().wait() }
    }

    @Test(arguments: [[99], [12, 0xff, 0xff, 0xff, 0xff], [12, 0, 0, 0, 0]] as [[UInt8]])
    func aWrongAnswerEndsTheConnection(message: [UInt8]) throws {
        let (client, channel) = try makeClient()
        let first = client.sign([1], with: identity)
        let second = client.sign([2], with: identity)
        try answer(message, on: channel)
        #expect(throws: SSHFailure.self) { try first.wait() }
        #expect(throws: SSHFailure.self) { try second.wait() }
        #expect(!channel.isActive)
    }

    @Test func anAnswerToNoQuestionEndsTheConnection() throws {
        let (client, channel) = try makeClient()
        try answer(signed, on: channel)
        #expect(!channel.isActive)
        #expect(throws: SSHFailure.self) { try client.identities().wait() }
    }

    @Test func aSignatureOfAnotherKindIsRefused() throws {
        let (client, channel) = try makeClient()
        let future = client.sign([1], with: identity)
        try answer(
            [14] + SampleKey.string(SampleKey.string(Array("ssh-rsa".utf8)) + SampleKey.string([1])), on: channel)
        #expect(throws: SSHFailure.self) { try future.wait() }
    }

    @Test func aRequestThatIsTooLargeIsNotSent() throws {
        let (client, channel) = try makeClient()
        let data = [UInt8](repeating: 0, count: KeyAgentLimits.messageBytesMax)
        #expect(throws: SSHFailure.self) { try client.sign(data, with: identity).wait() }
        #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
        #expect(channel.isActive)
    }

    @Test func whereNobodyListensThatIsSaid() async throws {
        let group = MultiThreadedEventLoopGroup.singleton.next()
        await #expect(throws: SSHFailure.self) {
            try await group.flatSubmit {
                KeyAgentClient.connect(path: "/nowhere/agent.sock", on: group).assumeIsolated().map { _ in }
                    .nonisolated()
            }.get()
        }
    }

    @Test func theRealAgentSignsWithEveryKindOfKey() async throws {
        let place = try KnownHostsWorkspace()
        let kinds = [
            ("ed25519", ["-t", "ed25519"]), ("p256", ["-t", "ecdsa", "-b", "256"]),
            ("p384", ["-t", "ecdsa", "-b", "384"]), ("p521", ["-t", "ecdsa", "-b", "521"]),
            ("rsa", ["-t", "rsa", "-b", "2048"]),
        ]
        for (name, arguments) in kinds {
            try place.run("ssh-keygen", ["-q", "-N", "", "-C", name, "-f", place.file(name)] + arguments)
        }
        let agent = try RealAgent(place)
        for (name, _) in kinds { try agent.add(name) }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let client = try await agent.connect(on: loop)
        let identities = try await loop.flatSubmit { client.value.identities() }.get()
        #expect(identities.map(\.comment) == kinds.map(\.0))
        let data = Array("what a server asked for".utf8)
        // All at once, and more than one each: the agent answers in order.
        let signatures = try await loop.flatSubmit {
            EventLoopFuture.whenAllSucceed(
                (identities + identities).map { client.value.sign(data, with: $0) }, on: loop)
        }.get()
        #expect(signatures.count == 10)
        #expect(signatures[0] == signatures[5], "Ed25519 signs alike each time")
        #expect(signatures[0].count == 64)
        #expect(signatures[4].count == 256)
        for (identity, signature) in zip(identities, signatures) where identity.algorithm.hasPrefix("ecdsa") {
            #expect(signature.count > 60)
            #expect(signature[0] == 0 && signature[1] == 0)
        }
        // A key that the agent does not hold.
        let stranger = identity
        await #expect(throws: SSHFailure.self) {
            try await loop.flatSubmit { client.value.sign(data, with: stranger) }.get()
        }
        agent.kill()
        await #expect(throws: SSHFailure.self) {
            // What it had read before it was killed it may still have answered.
            for _ in 0..<1_000 {
                _ = try await loop.flatSubmit { client.value.sign(data, with: identities[0]) }.get()
            }
        }
    }
}

/// An ssh-agent of one test.
final class RealAgent {
    let path: String
    private let place: KnownHostsWorkspace
    private let process: pid_t
    private let leash = Pipe()

    init(_ place: KnownHostsWorkspace) throws {
        self.place = place
        path = place.file("agent")
        // The shell is started once the agent listens; the agent sees within seconds when it is gone.
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        shell.arguments = ["ssh-agent", "-a", path, "sh", "-c", "echo $SSH_AGENT_PID; read line"]
        let output = Pipe()
        shell.standardInput = leash
        shell.standardOutput = output
        try shell.run()
        let text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        process = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    deinit { kill() }

    /// Foundation starts processes with SIGTERM blocked.
    func kill() { Glibc.kill(process, SIGKILL) }

    func add(_ name: String) throws {
        let result = try place.run("ssh-add", ["-q", place.file(name)], environment: ["SSH_AUTH_SOCK": path])
        guard result.code == 0 else { throw SSHFailure(.authentication, "ssh-add failed for \(name)") }
    }

    func connect(on loop: any EventLoop) async throws -> NIOLoopBound<KeyAgentClient> {
        let path = path
        return try await loop.flatSubmit {
            KeyAgentClient.connect(path: path, on: loop).assumeIsolated()
                .map { NIOLoopBound($0, eventLoop: loop) }.nonisolated()
        }.get()
    }
}
