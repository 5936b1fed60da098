import Glibc
import NIOCore
import PlushSeal
import PlushTree
import PlushWire
import Testing

@testable import PlushRuntime

/// Whoever connects to a real agent's port without being a member.
@Suite(.serialized) struct StrangersPortTests {
    /// One agent in a tree of three: the test is its parent, and a genuine child is attached.
    final class Place {
        let overlay: LinksOverlay
        let agent: LinksAgent
        let parent: LinksParent
        let child: LinksTestLink
        let childKeys: LinkKeys
        private var runs = 0

        init() throws {
            overlay = try LinksOverlay()
            agent = try LinksAgent(overlay)
            parent = try agent.join()
            childKeys = try agent.member(Rank(7))
            child = try agent.attachChild(childKeys)
        }

        /// One more line in the log, with the reason, and nobody else has noticed anything.
        func expectHarmless(_ reason: String, lines: Int = 1, after before: [String]) throws {
            try child.beat()
            try parent.awaitHeartbeat()
            runs += 1
            #expect(try parent.run("echo fine \(runs)") == LinksParent.Answer(outcome: .ok, text: "fine \(runs)\n"))
            let another = try agent.attachChild(try agent.member(Rank(8)))
            another.send(.leave("done"))
            try another.socket.waitForEnd()
            try child.beat()
            let new = agent.log.dropFirst(before.count)
            #expect(new.count == lines, "\(reason): \(new)")
            #expect(new.allSatisfy { $0.contains(reason) }, "\(reason): \(new)")
            #expect(parent.departures.allSatisfy { $0.ranks == RankSet(Rank(8)) }, "\(parent.departures)")
        }

        /// A stranger says this much, and is shown the door.
        func refuse(_ bytes: ByteBuffer, _ reason: String) throws {
            let before = agent.log
            let socket = try LinksSocket(port: agent.hello.port)
            socket.write(bytes)
            try socket.waitForEnd()
            try expectHarmless(reason, after: before)
        }

        /// A stranger whose handshake is well-formed shows this certificate.
        func refuse(_ staticKey: StaticKeyPair, _ certificate: Certificate, _ reason: String) throws {
            let keys = try overlay.keys(staticKey, certificate)
            try refuse(LinksTestLink.firstMessage(keys, to: agent.hello.key.bytes).bytes, reason)
        }

        var preface: [UInt8] {
            get throws { try LinkHandshake.Overlay(id: overlay.id.bytes, bootstrapKey: overlay.gateKey).preface }
        }
    }

    @Test func bytesThatAreNoHandshakeCloseOneLink() throws {
        let place = try Place()
        try place.refuse(ByteBuffer(bytes: SystemRandom.bytes(64)), "wrongMagic")
        try place.refuse(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"), "wrongMagic")
        let preface = try place.preface
        try place.refuse(ByteBuffer(bytes: preface.prefix(4) + [0, 9] + preface.suffix(16)), "wrongVersion")
        try place.refuse(ByteBuffer(bytes: preface.prefix(6) + SystemRandom.bytes(16)), "wrongOverlay")
        try place.refuse(ByteBuffer(bytes: preface + [0xff, 0xff]), "badLength")
        try place.refuse(ByteBuffer(bytes: preface + [0, 0]), "badLength")
        try place.refuse(ByteBuffer(bytes: preface + [0, 112] + SystemRandom.bytes(112)), "wrongGate")
    }

    @Test func handshakesOfNonMembersCloseOneLink() throws {
        let place = try Place()
        let overlay = place.overlay
        let key = try StaticKeyPair(privateKey: SystemRandom.bytes(32))
        let foreign = try LinksOverlay()
        let rank = Rank(9)
        let mine = key.publicKey
        try place.refuse(
            key, overlay.certificate(rank, key: mine, signedBy: foreign.epochKey), "certificate with a bad signature")
        try place.refuse(key, foreign.certificate(rank, key: mine), "certificate of another overlay")
        try place.refuse(
            key, overlay.certificate(rank, key: mine, expiry: LinksOverlay.milliseconds - 1), "expired certificate")
        try place.refuse(key, overlay.certificate(rank, key: mine, epoch: 1), "certificate of epoch 1")
        // What a member's certificate is worth to someone without the member's key.
        try place.refuse(key, place.childKeys.certificate, "certificate of another key")
        try place.refuse(
            key, overlay.certificate(.controller, key: mine, capabilities: .root), "the root does not attach")
        try place.refuse(
            key, overlay.certificate(LinksOverlay.agentRank, key: mine), "certificate of this very rank")

        let keys = try overlay.keys(key, overlay.certificate(rank, key: mine))
        let blank = try LinksTestLink.firstMessage(keys, to: place.agent.hello.key.bytes, payload: ByteBuffer())
        try place.refuse(blank.bytes, "the peer shows no certificate")
        let elsewhere = try LinksTestLink.firstMessage(keys, to: overlay.rootKey.publicKey)
        try place.refuse(elsewhere.bytes, "handshakeForged")
        // Members of another overlay have another gate, which is cheaper to check than a certificate.
        let stranger = try LinkKeys(
            overlay: overlay.id, gateKey: foreign.gateKey, staticKey: key, certificate: keys.certificate)
        try place.refuse(LinksTestLink.firstMessage(stranger, to: place.agent.hello.key.bytes).bytes, "wrongGate")
    }

    @Test func replayedFirstMessageChangesNothing() throws {
        let place = try Place()
        let (recorded, _) = try LinksTestLink.firstMessage(place.childKeys, to: place.agent.hello.key.bytes)
        for _ in 0..<2 {
            let before = place.agent.log
            let socket = try LinksSocket(port: place.agent.hello.port)
            socket.write(recorded)
            var reply = ByteBuffer()
            // The agent cannot know yet, and answers; but whoever replays can seal no record.
            #expect(try socket.read(into: &reply))
            try place.child.beat()
            #expect(place.agent.log == before)
            var forged = ByteBuffer()
            forged.writeInteger(UInt16(64))
            forged.writeBytes(SystemRandom.bytes(64))
            socket.write(forged)
            try socket.waitForEnd()
            try place.expectHarmless("recordForged", after: before)
        }
        #expect(place.parent.subtree.flatMap(\.joined).filter { $0.child == Rank(7) }.count == 1)
    }

    @Test func strangerThatHangsUpIsLoggedOnce() throws {
        let place = try Place()
        let before = place.agent.log
        let socket = try LinksSocket(port: place.agent.hello.port)
        socket.write(ByteBuffer(bytes: try place.preface))
        socket.close()
        try place.expectHarmless("the peer closed the link", after: before)
    }

    @Test func slowHandshakeIsStillOne() throws {
        let place = try Place()
        let slow = try place.agent.attachChild(try place.agent.member(Rank(9)), drips: true)
        try slow.beat()
        #expect(place.agent.log.isEmpty)
    }

    @Test func floodOfConnectionsHarmsNoLink() throws {
        let place = try Place()
        let before = place.agent.log
        let idle = try (0..<RuntimeLimits.halfOpenLinksMax).map { _ in try LinksSocket(port: place.agent.hello.port) }
        for _ in 0..<40 {
            let refused = try LinksSocket(port: place.agent.hello.port)
            try refused.waitForEnd()
        }
        try place.child.beat()
        try place.parent.awaitHeartbeat()
        #expect(try place.parent.run("echo fine") == LinksParent.Answer(outcome: .ok, text: "fine\n"))
        let max = RuntimeLimits.halfOpenLinksMax
        let new = place.agent.log.dropFirst(before.count)
        #expect(new == ["notice connections are closed at once: \(max) have not finished their handshake"], "\(new)")
        for socket in idle { socket.close() }
        // The agent has seen the last of them once a connection is taken again.
        var taken: LinksTestLink?
        let deadline = SystemClock.now.advanced(byMilliseconds: UInt64(LinksSocket.patienceMilliseconds))
        while taken == nil, SystemClock.now < deadline {
            taken = try? place.agent.attachChild(place.agent.member(Rank(9)))
        }
        #expect(taken != nil)
        #expect(place.parent.departures.isEmpty)
    }
}
