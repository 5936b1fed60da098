// A package that builds these tests without the product NIOEmbedded goes without this suite.
import NIOCore
import NIOEmbedded
import PlushProtocol
import PlushSeal
import PlushTree
import PlushWire
import Testing

@testable import PlushRuntime

/// The launcher's end of a launch channel: whatever a host prints before, or instead of, an agent's words.
@Suite struct LaunchChannelTests {
    private final class Place {
        let channel = EmbeddedChannel()
        let launch: LaunchChannel
        var messages: [LaunchMessage] = []
        var closings: [String] = []

        init(awaitsMarker: Bool = true) throws {
            launch = LaunchChannel(awaitsMarker: awaitsMarker)
            launch.received = { [unowned self] in self.messages.append($0) }
            launch.closed = { [unowned self] in self.closings.append($0) }
            try channel.pipeline.syncOperations.addHandler(launch)
            try channel.connect(to: SocketAddress(unixDomainSocketPath: "/launch")).wait()
        }
    }

    private func frame(_ message: LaunchMessage) -> ByteBuffer {
        var bytes = ByteBuffer()
        message.encode(into: &bytes)
        return bytes
    }

    @Test func noiseBeforeTheMarkerIsSkipped() throws {
        let place = try Place()
        var bytes = ByteBuffer(string: "Welcome!\n\u{1}plush-agent 0\n\u{1}plush-" + LaunchMessage.marker)
        bytes.writeImmutableBuffer(frame(.failed("first")))
        bytes.writeImmutableBuffer(frame(.attached))
        // However the bytes are cut.
        while let byte = bytes.readSlice(length: 1) { try place.channel.writeInbound(byte) }
        #expect(place.messages == [.failed("first"), .attached])
        #expect(place.channel.isActive && place.closings.isEmpty)
    }

    @Test func tooMuchNoiseClosesTheChannel() throws {
        let place = try Place()
        try place.channel.writeInbound(ByteBuffer(repeating: 0x20, count: RuntimeLimits.launchNoiseBytesMax))
        #expect(place.channel.isActive)
        try place.channel.writeInbound(ByteBuffer(string: " "))
        #expect(!place.channel.isActive)
        #expect(place.closings.count == 1 && place.closings.first?.hasSuffix("is no agent") == true)
        #expect(place.messages.isEmpty)
    }

    @Test(
        arguments: [
            [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0], [0, 1, 0, 2, 128], [0, 0, 0, 1, 7], [0, 0, 0, 2, 131, 0],
            [0, 0, 0, 1, 128],
        ] as [[UInt8]])
    func garbageAfterTheMarkerClosesTheChannelOnce(_ garbage: [UInt8]) throws {
        let place = try Place()
        var bytes = ByteBuffer(string: LaunchMessage.marker)
        bytes.writeBytes(garbage)
        bytes.writeImmutableBuffer(frame(.attached))
        try place.channel.writeInbound(bytes)
        #expect(!place.channel.isActive)
        #expect(place.closings.count == 1, "\(place.closings)")
        #expect(place.messages.isEmpty)
    }

    @Test func endOfTheChannelIsToldOnceAndOnlyToWhoeverDidNotCloseIt() throws {
        let ended = try Place()
        ended.channel.pipeline.fireChannelInactive()
        ended.channel.pipeline.fireChannelInactive()
        #expect(ended.closings == ["the launch channel closed"])
        let closed = try Place()
        closed.launch.close()
        #expect(!closed.channel.isActive && closed.closings.isEmpty)
    }

    @Test func channelThatHasBecomeALinkCarriesNothingElse() throws {
        final class Nobody: LinkOwner {
            func refusal(of certificate: Certificate, key: PublicKey, on link: LinkHandler) -> String? { nil }
            func opened(_ link: LinkHandler, _ certificate: Certificate) {}
            func received(_ message: Message, on link: LinkHandler) {}
            func readEnded() {}
            func closed(_ link: LinkHandler, reason: String, wasOpen: Bool) {}
        }
        let place = try Place(awaitsMarker: false)
        let overlay = try LinksOverlay()
        let owner = Nobody()
        let link = LinkHandler(
            id: LinkID(1), role: .initiator(remoteKey: PublicKey(overlay.rootKey.publicKey)!),
            keys: try overlay.keys(overlay.rootKey, overlay.rootCertificate), owner: owner)
        place.launch.giveWay(to: link)
        #expect(try place.channel.readOutbound(as: ByteBuffer.self)?.getString(at: 0, length: 4) == "PLSH")
        // A launch frame among sealed records would break the link.
        place.launch.send(.failed("last words"))
        #expect(try place.channel.readOutbound(as: ByteBuffer.self) == nil)
        place.launch.close()
        #expect(place.channel.isActive)
    }
}
