import NIOCore
import PlushProtocol
import PlushTree
import PlushWire
import Testing

@testable import PlushRuntime

/// A genuine member that breaks the rules as a child of a real agent: it loses its own link, and that is all.
@Suite(.serialized) struct StrangersMemberTests {
    typealias Place = StrangersPortTests.Place

    /// What a child does, and what the log then says.
    private func misbehave(
        _ place: Place, _ reason: String, _ act: (LinksTestLink) throws -> Void
    ) throws {
        let before = place.agent.log
        let culprit = try place.agent.attachChild(try place.agent.member(Rank(5)))
        try act(culprit)
        try culprit.socket.waitForEnd()
        try place.child.beat()
        try place.parent.awaitHeartbeat()
        #expect(try place.parent.run("echo fine") == LinksParent.Answer(outcome: .ok, text: "fine\n"))
        let new = place.agent.log.dropFirst(before.count)
        #expect(new.count == 1 && new.first?.contains("rank 5") == true, "\(reason): \(new)")
        #expect(new.first?.contains(reason) == true, "\(reason): \(new)")
        // Upward it is said which rank is out of reach, and why.
        let departure = place.parent.departures.last
        #expect(departure?.ranks == RankSet(Rank(5)))
        #expect(departure?.cause.contains(reason) == true, "\(reason): \(departure?.cause ?? "")")
        let again = try place.agent.attachChild(try place.agent.member(Rank(5)))
        again.send(.leave("done"))
        try again.socket.waitForEnd()
        try place.child.beat()
    }

    private func frame(type: UInt8, _ payload: [UInt8] = [], length: UInt32? = nil) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(length ?? UInt32(payload.count + 1))
        buffer.writeInteger(type)
        buffer.writeBytes(payload)
        return buffer
    }

    @Test func recordsAndFramesThatAreNoneCloseTheLink() throws {
        let place = try Place()
        try misbehave(place, "recordForged") { $0.sendForgedRecord() }
        try misbehave(place, "badLength") { $0.socket.write(ByteBuffer(bytes: [0, 0])) }
        try misbehave(place, "frame length tooLong") {
            $0.send(plaintext: frame(type: 4, length: UInt32.max))
        }
        try misbehave(place, "frame length malformed") { $0.send(plaintext: ByteBuffer(bytes: [0, 0, 0, 0])) }
        try misbehave(place, "frame unknownType") { $0.send(plaintext: frame(type: 99)) }
        try misbehave(place, "truncated") { $0.send(plaintext: frame(type: 4)) }
        try misbehave(place, "frame trailingBytes") { $0.send(plaintext: frame(type: 12, [1, 1])) }
    }

    @Test func messagesOfAParentCloseTheLink() throws {
        let place = try Place()
        let overlay = place.overlay
        // Signed by the root, and yet not a child's to send.
        let marker = place.agent.here.path + "/ran"
        let batch = overlay.batch([LinksOverlay.operation(900, LinksOverlay.shell("touch \(marker)"))], first: 900)
        try misbehave(place, "a child does not send message 7") { $0.send(.log(batch)) }
        try misbehave(place, "a child does not send message 6") { $0.send(.beacon(overlay.beacon())) }
        try misbehave(place, "a child does not send message 2") { $0.send(.attachReply(.refused("no"))) }
        try misbehave(place, "a child does not send message 5") {
            $0.send(
                .heartbeatReply(
                    HeartbeatReply(echoMilliseconds: 1, rootAgeMilliseconds: 0, lagMilliseconds: 0, path: [])))
        }
        try misbehave(place, "a child does not send message 11") {
            $0.send(
                .chunk(
                    FileChunk(
                        operation: OperationID(epoch: 2, sequence: 1), number: 0, body: Body(plain: ByteBuffer()))))
        }
        #expect(!place.agent.here.exists("ran"))
    }

    @Test func compressedBombsCloseTheLink() throws {
        let place = try Place()
        let id = OperationID(epoch: LinksOverlay.epoch, sequence: 1)
        #expect(try place.parent.run("true").outcome == .ok)
        func segment(_ body: Body) -> Message {
            .output(
                OutputSegment(
                    operation: id, stream: .standardOutput, number: 0, flags: [], tag: .zero, body: body,
                    ranks: RankSet(Rank(5))))
        }
        let small = ByteBuffer(repeating: 0, count: 64)
        try misbehave(place, "body size tooLong") { $0.send(segment(Body(lz4: small, rawBytes: 1 << 30))) }
        try misbehave(place, "body size malformed") { $0.send(segment(Body(lz4: small, rawBytes: 8))) }
        try misbehave(place, "sent a segment of 200000 bytes") {
            $0.send(segment(Body(lz4: small, rawBytes: 200_000)))
        }
        try misbehave(place, "more output than it was given credit for") {
            for _ in 0..<64 { $0.send(segment(Body(plain: ByteBuffer(repeating: 1, count: 30_000)))) }
        }
    }

    @Test func blockThatDoesNotUnpackIsPassedOnUnopened() throws {
        // A relay does not unpack: whoever receives the output finds out, and the relay between is not to blame.
        let place = try Place()
        let (id, batch) = place.parent.nextBatch(LinksOverlay.shell("true", output: .stream))
        place.parent.link.send(.log(batch))
        _ = try place.parent.await("a result") { message -> Bool? in
            if case .results(let report) = message, report.operation == id { return true }
            return nil
        }
        place.child.send(
            .output(
                OutputSegment(
                    operation: id, stream: .standardOutput, number: 0, flags: .last, tag: .zero,
                    body: Body(lz4: ByteBuffer(repeating: 0xff, count: 64), rawBytes: 1_000), ranks: RankSet(Rank(7)))))
        let ranks = RankSet([LinksOverlay.agentRank, Rank(7)])
        place.child.send(
            .results(
                ResultReport(
                    operation: id, started: ranks, buckets: [OutcomeBucket(outcome: .ok, ranks: RankSet(Rank(7)))])))
        let segment = try place.parent.await("the segment") { message -> OutputSegment? in
            if case .output(let segment) = message { return segment }
            return nil
        }
        #expect(throws: (any Error).self) { try segment.body.unpacked() }
        try place.expectHarmless("", lines: 0, after: place.agent.log)
    }

    @Test func attachThatDoesNotFitTheCertificateClosesTheLink() throws {
        let place = try Place()
        func refuse(_ reason: String, _ message: Message) throws {
            let before = place.agent.log
            let link = try place.agent.dial(try place.agent.member(Rank(5)))
            link.send(message)
            try link.socket.waitForEnd()
            try place.expectHarmless(reason, after: before)
        }
        let agent = place.agent
        try refuse("attach stamp of another incarnation", .attach(agent.attachSummary(Rank(5), incarnation: 2)))
        try refuse("attach without its own rank", .attach(agent.attachSummary(Rank(6))))
        try refuse(
            "claims the controller's rank", .attach(agent.attachSummary(Rank(5), claims: [Rank(5), .controller])))
        try refuse("commit of an attach", .attachCommit(AttachStamp(incarnation: 1, attempt: 1)))
        // A rank that is taken is not given to a link that comes with an older stamp.
        let before = place.agent.log
        let second = try place.agent.dial(place.childKeys)
        second.send(
            .attach(
                AttachSummary(
                    stamp: AttachStamp(incarnation: 1, attempt: 0), highestEpoch: LinksOverlay.epoch, applied: .start,
                    rosterVersion: 0, subtree: [TreeEdge(child: Rank(7), incarnation: 1, parent: Rank(3))])))
        try second.socket.waitForEnd()
        try place.expectHarmless("attach with a stamp that is not above", after: before)
    }

    @Test func claimingTheParentsRankClosesTheLink() throws {
        let place = try Place()
        let edge = TreeEdge(child: LinksOverlay.agentRank, incarnation: 1, parent: Rank(5))
        try misbehave(place, "claims this rank for its subtree") {
            $0.send(.subtree(SubtreeReport(joined: [edge])))
        }
    }
}
