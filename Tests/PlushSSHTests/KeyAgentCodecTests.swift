import NIOCore
import NIOEmbedded
import Testing

@testable import PlushSSH

struct KeyAgentCodecTests {
    private func bytes(_ request: KeyAgentRequest) -> [UInt8] {
        var buffer = ByteBuffer()
        request.write(to: &buffer)
        return Array(buffer.readableBytesView)
    }

    private func reply(_ bytes: [UInt8]) throws -> KeyAgentReply { try KeyAgentReply(ByteBuffer(bytes: bytes)) }

    private let key = SampleKey.ed25519(7)
    private var identity: SSHIdentity { SSHIdentity(blob: key.blob, comment: "me@here")! }

    @Test func requestsAreTheBytesOfTheStandard() {
        #expect(bytes(.identities) == [0, 0, 0, 1, 11])
        #expect(
            bytes(.sign(blob: [1, 2, 3], data: [9]))
                == [0, 0, 0, 17, 13, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 1, 9, 0, 0, 0, 0])
    }

    @Test func answersAreRead() throws {
        #expect(try reply([5]) == .refused)
        #expect(try reply([12, 0, 0, 0, 0]) == .identities([]))
        let list: [UInt8] = [12, 0, 0, 0, 1] + SampleKey.string(key.blob) + SampleKey.string(Array("me@here".utf8))
        #expect(try reply(list) == .identities([identity]))
        let signature = SampleKey.string(Array("ssh-ed25519".utf8)) + SampleKey.string([1, 2, 3])
        #expect(
            try reply([14] + SampleKey.string(signature)) == .signature(algorithm: "ssh-ed25519", bytes: [1, 2, 3]))
    }

    @Test func keysWithoutANameAreLeftOutAndCommentsAreClean() throws {
        let list: [UInt8] =
            [12, 0, 0, 0, 2] + SampleKey.string([1]) + SampleKey.string([]) + SampleKey.string(key.blob)
            + SampleKey.string(Array("\u{1b}[31mred\n\u{202e}".utf8))
        #expect(try reply(list) == .identities([SSHIdentity(blob: key.blob, comment: "?[31mred??")!]))
    }

    @Test func everyTruncationAndEveryTrailingByteIsRefused() {
        let list: [UInt8] = [12, 0, 0, 0, 1] + SampleKey.string(key.blob) + SampleKey.string(Array("c".utf8))
        let signature = SampleKey.string(Array("ssh-ed25519".utf8)) + SampleKey.string([1, 2, 3])
        for message in [list, [14] + SampleKey.string(signature)] {
            for count in 0..<message.count {
                #expect(throws: SSHFailure.self) { try reply(Array(message[..<count])) }
            }
            #expect(throws: SSHFailure.self) { try reply(message + [0]) }
        }
    }

    @Test(
        arguments: [
            [12, 0xff, 0xff, 0xff, 0xff], [12, 0, 0, 8, 1], [14, 0xff, 0xff, 0xff, 0xff], [14, 0, 0, 0, 0],
            [14, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0], [0], [6], [99, 1, 2],
        ] as [[UInt8]])
    func hostileAnswersAreRefused(bytes: [UInt8]) {
        #expect(throws: SSHFailure.self) { try reply(bytes) }
    }

    @Test func messagesAreCutHoweverTheyArrive() throws {
        let stream: [UInt8] = [0, 0, 0, 1, 5, 0, 0, 0, 5, 12, 0, 0, 0, 0]
        for step in 1...stream.count {
            let channel = EmbeddedChannel(handler: ByteToMessageHandler(KeyAgentDecoder()))
            var messages: [ByteBuffer] = []
            for start in stride(from: 0, to: stream.count, by: step) {
                try channel.writeInbound(ByteBuffer(bytes: stream[start..<min(start + step, stream.count)]))
                while let message = try channel.readInbound(as: ByteBuffer.self) { messages.append(message) }
            }
            #expect(messages.map { Array($0.readableBytesView) } == [[5], [12, 0, 0, 0, 0]])
            _ = try channel.finish()
        }
    }

    @Test(arguments: [[0, 0, 0, 0], [0, 4, 0, 1], [0xff, 0xff, 0xff, 0xff]] as [[UInt8]])
    func hostileLengthsAreRefusedBeforeAnythingIsKept(header: [UInt8]) {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(KeyAgentDecoder()))
        #expect(throws: SSHFailure.self) { try channel.writeInbound(ByteBuffer(bytes: header)) }
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }
}
