// A package that builds these tests without the product NIOEmbedded goes without this suite.
import Glibc
import NIOCore
import NIOEmbedded
import PlushProtocol
import PlushSeal
import PlushTree
import PlushWire
import Testing

@testable import PlushRuntime

/// The handler of one link on a loop whose time the test owns: how long strangers may take, and what they can cause.
@Suite struct LinksHandlerTests {
    /// Takes whoever shows a certificate, and writes down what it hears.
    private final class Owner: LinkOwner {
        var opened = 0
        var messages: [Message] = []
        var closings: [(reason: String, wasOpen: Bool)] = []

        func refusal(of certificate: Certificate, key: PublicKey, on link: LinkHandler) -> String? { nil }
        func opened(_ link: LinkHandler, _ certificate: Certificate) { opened += 1 }
        func received(_ message: Message, on link: LinkHandler) { messages.append(message) }
        func readEnded() {}
        func closed(_ link: LinkHandler, reason: String, wasOpen: Bool) { closings.append((reason, wasOpen)) }
    }

    /// A responder in a channel, and the keys of a member that dials it.
    private final class Place {
        let overlay: LinksOverlay
        let member: LinkKeys
        let owner = Owner()
        let loop = EmbeddedEventLoop()
        let channel: EmbeddedChannel
        let handler: LinkHandler
        var settled = 0

        init() throws {
            overlay = try LinksOverlay()
            let key = try StaticKeyPair(privateKey: SystemRandom.bytes(32))
            member = try overlay.keys(key, overlay.certificate(Rank(4), key: key.publicKey))
            handler = LinkHandler(
                id: LinkID(1), role: .responder, keys: try overlay.keys(overlay.rootKey, overlay.rootCertificate),
                owner: owner)
            channel = EmbeddedChannel(loop: loop)
            handler.whenSettled = { [unowned self] in self.settled += 1 }
            try channel.pipeline.syncOperations.addHandler(handler)
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        func firstMessage() throws -> (bytes: ByteBuffer, handshake: LinkHandshake.Initiator) {
            try LinksTestLink.firstMessage(member, to: overlay.rootKey.publicKey)
        }

        /// Sends the first message and gives what the reply makes of the handshake.
        func establish() throws -> SealedLink {
            var (bytes, handshake) = try firstMessage()
            try channel.writeInbound(bytes)
            var reply = try #require(try channel.readOutbound(as: ByteBuffer.self))
            guard case .established(_, let link) = handshake.receive(&reply) else { throw LinksFailure("no link") }
            return link
        }

        func heartbeat(on link: SealedLink) -> ByteBuffer {
            var frame = ByteBuffer()
            Message.credit(1).encode(into: &frame)
            var record = ByteBuffer()
            link.sealer.seal(frame, into: &record)
            return record
        }

        func expectClosed(_ reason: String, wasOpen: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
            loop.run()
            #expect(!channel.isActive, sourceLocation: sourceLocation)
            #expect(owner.closings.count == 1, sourceLocation: sourceLocation)
            #expect(
                owner.closings.first?.reason.contains(reason) == true, "\(owner.closings)",
                sourceLocation: sourceLocation)
            #expect(owner.closings.first?.wasOpen == wasOpen, sourceLocation: sourceLocation)
            #expect(settled == 1, sourceLocation: sourceLocation)
        }
    }

    private static let almost = RuntimeLimits.handshakeTime - .milliseconds(1)

    @Test func silentStrangerIsClosedInTime() throws {
        let place = try Place()
        place.loop.advanceTime(by: Self.almost)
        #expect(place.channel.isActive && place.settled == 0)
        place.loop.advanceTime(by: .milliseconds(1))
        place.expectClosed("the handshake took too long", wasOpen: false)
        #expect(place.owner.opened == 0)
    }

    @Test func slowStrangerIsClosedInTime() throws {
        let place = try Place()
        var bytes = try place.firstMessage().bytes
        // One byte a second: each is progress, and yet the whole is too slow.
        for _ in 0..<19 {
            let byte = bytes.readSlice(length: 1)
            try place.channel.writeInbound(try #require(byte))
            place.loop.advanceTime(by: .seconds(1))
        }
        #expect(place.channel.isActive)
        let byte = bytes.readSlice(length: 1)
        try place.channel.writeInbound(try #require(byte))
        place.loop.advanceTime(by: .seconds(1))
        place.expectClosed("the handshake took too long", wasOpen: false)
    }

    @Test func slowMemberIsTakenWithItsFirstRecord() throws {
        let place = try Place()
        var (bytes, handshake) = try place.firstMessage()
        while let byte = bytes.readSlice(length: 1) { try place.channel.writeInbound(byte) }
        var reply = try #require(try place.channel.readOutbound(as: ByteBuffer.self))
        guard case .established(_, let link) = handshake.receive(&reply) else { throw LinksFailure("no link") }
        #expect(place.owner.opened == 0 && place.settled == 0)
        var record = place.heartbeat(on: link)
        while let byte = record.readSlice(length: 1) { try place.channel.writeInbound(byte) }
        #expect(place.owner.opened == 1 && place.settled == 1)
        #expect(place.owner.messages == [.credit(1)])
        // The time for the handshake does not run on.
        place.loop.advanceTime(by: .hours(1))
        #expect(place.channel.isActive && place.owner.closings.isEmpty)
    }

    @Test func replayIsAnsweredButNeverOpens() throws {
        let place = try Place()
        let recorded = try place.firstMessage().bytes
        try place.channel.writeInbound(recorded)
        #expect(try place.channel.readOutbound(as: ByteBuffer.self) != nil)
        place.loop.advanceTime(by: Self.almost)
        #expect(place.channel.isActive && place.owner.opened == 0 && place.settled == 0)
        place.loop.advanceTime(by: .milliseconds(1))
        place.expectClosed("the handshake took too long", wasOpen: false)
        #expect(place.owner.opened == 0)
    }

    @Test func replayOfAWholeLinkNeverOpens() throws {
        // First message and first record as they were recorded on another link of the same two nodes.
        let first = try Place()
        var (bytes, handshake) = try first.firstMessage()
        let recorded = bytes
        try first.channel.writeInbound(bytes)
        var reply = try #require(try first.channel.readOutbound(as: ByteBuffer.self))
        guard case .established(_, let link) = handshake.receive(&reply) else { throw LinksFailure("no link") }
        let record = first.heartbeat(on: link)
        let second = LinkHandler(
            id: LinkID(2), role: .responder,
            keys: try first.overlay.keys(first.overlay.rootKey, first.overlay.rootCertificate), owner: first.owner)
        let channel = EmbeddedChannel(handler: second)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        bytes = recorded
        bytes.writeImmutableBuffer(record)
        try channel.writeInbound(bytes)
        channel.embeddedEventLoop.run()
        #expect(!channel.isActive)
        #expect(first.owner.opened == 0)
        #expect(first.owner.closings.map(\.wasOpen) == [false])
        #expect(first.owner.closings.first?.reason.hasPrefix("recordForged") == true)
    }

    @Test func linkThatBreaksIsToldInWords() throws {
        let place = try Place()
        let link = try place.establish()
        try place.channel.writeInbound(place.heartbeat(on: link))
        let broken = IOError(errnoCode: ECONNRESET, reason: "read(descriptor:pointer:size:)")
        place.channel.pipeline.fireErrorCaught(broken)
        place.expectClosed("connection reset by peer", wasOpen: true)
        #expect(place.owner.closings.allSatisfy { $0.reason == "connection reset by peer" })
    }

    @Test func forgedRecordClosesAnOpenLinkOnce() throws {
        let place = try Place()
        let link = try place.establish()
        try place.channel.writeInbound(place.heartbeat(on: link))
        var forged = place.heartbeat(on: link)
        forged.setInteger(forged.getInteger(at: 8, as: UInt8.self)! ^ 1, at: 8)
        try place.channel.writeInbound(forged)
        place.expectClosed("recordForged", wasOpen: true)
        #expect(place.owner.messages == [.credit(1)])
    }

    @Test func nothingIsReadAfterABadFrame() throws {
        let place = try Place()
        let link = try place.establish()
        var frames = ByteBuffer()
        Message.credit(1).encode(into: &frames)
        frames.writeBytes([0, 0, 0, 1, 99])
        Message.credit(2).encode(into: &frames)
        var record = ByteBuffer()
        link.sealer.seal(frames, into: &record)
        try place.channel.writeInbound(record)
        place.expectClosed("frame unknownType", wasOpen: true)
        #expect(place.owner.messages == [.credit(1)])
    }
}
