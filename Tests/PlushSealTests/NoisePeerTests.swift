import Foundation
import NIOCore
import PlushSeal
import Testing

private let initiatorSecret = [UInt8](repeating: 0x0c, count: 32)
private let responderSecret = [UInt8](repeating: 0x0d, count: 32)

/// Against PyPI's noiseprotocol, in both roles. The key changes every three records, so a dozen cross four boundaries.
@Suite(.enabled(if: PackageRoot.noisePython != nil, "no Python with noiseprotocol: run scripts/python-peer"))
struct NoisePeerTests {
    private let pair: LinkPair
    private let python: URL

    init() throws {
        var pair = try LinkPair()
        pair.recordsPerKey = 3
        self.pair = pair
        python = try #require(PackageRoot.noisePython)
    }

    @Test func weCallAnIndependentResponder() throws {
        let peer = try NoisePeer(
            python: python,
            role: "responder",
            pair: pair,
            key: responderSecret,
            remote: pair.initiatorKey.publicKey,
            payload: LinkPair.responderPayload,
        )
        var outward = ByteBuffer()
        var initiator = try pair.initiator(into: &outward)
        try peer.send(outward)
        let link = try peer.receive { arrived -> SealedLink? in
            switch initiator.receive(&arrived) {
            case .needMoreBytes: return nil
            case .established(let payload, let link):
                #expect(payload == LinkPair.responderPayload)
                return link
            case .refused(let error): throw error
            }
        }
        try talk(to: peer, over: link, shown: LinkPair.initiatorPayload)
        #expect(try peer.finish() == 0)
    }

    @Test func anIndependentInitiatorCallsUs() throws {
        let peer = try NoisePeer(
            python: python,
            role: "initiator",
            pair: pair,
            key: initiatorSecret,
            remote: pair.responderKey.publicKey,
            payload: LinkPair.initiatorPayload,
        )
        var responder = pair.responder(), inward = ByteBuffer()
        try peer.receive { arrived -> Void? in
            switch responder.receive(&arrived) {
            case .needMoreBytes: return nil
            case .peerPresented(let payload, let remoteStatic):
                #expect(payload == LinkPair.initiatorPayload)
                #expect(remoteStatic == pair.initiatorKey.publicKey)
                return ()
            case .refused(let error): throw error
            }
        }
        let link = try pair.accept(&responder, into: &inward)
        try peer.send(inward)
        try talk(to: peer, over: link, shown: LinkPair.responderPayload)
        #expect(try peer.finish() == 0)
    }

    private func talk(to peer: NoisePeer, over link: SealedLink, shown: ByteBuffer) throws {
        let greeting = try next(from: peer, over: link)
        #expect(greeting == link.handshakeHash + Array(shown.readableBytesView))
        for number in 0..<12 {
            let text = [UInt8]("record \(number)".utf8)
            var wire = ByteBuffer()
            link.sealer.seal(ByteBuffer(bytes: text), into: &wire)
            try peer.send(wire)
            #expect(try next(from: peer, over: link) == text.reversed())
        }
    }

    private func next(from peer: NoisePeer, over link: SealedLink) throws -> [UInt8] {
        try peer.receive { arrived -> [UInt8]? in
            var plaintext = ByteBuffer()
            return try link.opener.open(&arrived, into: &plaintext) ? Array(plaintext.readableBytesView) : nil
        }
    }
}
