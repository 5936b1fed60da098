import Glibc
import NIOCore
import PlushProtocol
import PlushSeal
import PlushTree
import PlushWire
import Testing

@testable import PlushRuntime

/// What comes down the genuine parent link but was not issued by the root: the agent leaves, and runs nothing.
@Suite(.serialized) struct StrangersParentTests {
    typealias Place = StrangersPortTests.Place

    /// The parent does this; the link to it goes, for this reason, and nothing has run or been passed on.
    private func misbehave(_ reason: String, _ act: (Place, _ ranFile: String) throws -> Void) throws {
        let place = try Place()
        #expect(try place.parent.run("echo fine") == LinksParent.Answer(outcome: .ok, text: "fine\n"))
        _ = try place.child.await("the batch") { message -> Bool? in
            if case .log = message { return true }
            return nil
        }
        let before = place.agent.log
        try act(place, place.agent.here.path + "/ran")
        try place.parent.link.socket.waitForEnd()
        // The agent goes on without a parent until its lease ends, and so does its subtree.
        let now = SystemClock.now.milliseconds
        place.child.send(.heartbeat(Heartbeat(sentMilliseconds: now, lagMilliseconds: 0, applied: .start)))
        try place.child.await("the answer to a heartbeat") { message -> Void? in
            switch message {
            case .heartbeatReply(let reply) where reply.echoMilliseconds == now: return ()
            case .log, .beacon, .chunk:
                Issue.record("\(reason): passed on \(message.type)")
                return nil
            default: return nil
            }
        }
        let new = place.agent.log.dropFirst(before.count)
        #expect(new.count == 1, "\(reason): \(new)")
        #expect(new.first?.contains("lost the parent: ") == true && new.first?.contains(reason) == true, "\(new)")
        #expect(place.agent.log.count == before.count + 1)
        // Commands end with the agent, so that none can still be on its way to the file.
        kill(place.agent.hello.processID, SIGTERM)
        _ = try place.agent.waitForEnd()
        #expect(!place.agent.here.exists("ran"), "\(reason): ran")
    }

    private func touching(_ file: String, sequence: UInt32 = 50) -> LogRecord {
        LinksOverlay.operation(sequence, LinksOverlay.shell("touch \(file)"))
    }

    @Test func recordsWithABadSignatureRunNothing() throws {
        try misbehave("records with a bad signature") { place, ran in
            let honest = place.overlay.batch([touching("/dev/null")], first: place.parent.nextIndex)
            let records = SignedBatch.encode([touching(ran)])
            place.parent.link.send(
                .log(
                    SignedBatch(
                        epoch: honest.epoch, firstIndex: honest.firstIndex, count: 1, previous: .zero,
                        records: records, signature: honest.signature)))
        }
    }

    @Test func recordsOfAnOldEpochRunNothing() throws {
        try misbehave("records of epoch 1") { place, ran in
            place.parent.link.send(
                .log(place.overlay.batch([touching(ran)], first: place.parent.nextIndex, epoch: 1)))
        }
    }

    @Test func recordsOfAForeignKeyOrOverlayRunNothing() throws {
        let foreign = try LinksOverlay()
        try misbehave("records with a bad signature") { place, ran in
            place.parent.link.send(
                .log(place.overlay.batch([touching(ran)], first: place.parent.nextIndex, signedBy: foreign.epochKey)))
        }
        // Not even the overlay key may do what belongs to the epoch's signer.
        try misbehave("records with a bad signature") { place, ran in
            place.parent.link.send(
                .log(
                    place.overlay.batch(
                        [touching(ran)], first: place.parent.nextIndex, signedBy: place.overlay.overlayKey)))
        }
        try misbehave("records with a bad signature") { place, ran in
            place.parent.link.send(
                .log(place.overlay.batch([touching(ran)], first: place.parent.nextIndex, overlay: foreign.id)))
        }
    }

    @Test func gapInTheLogRunsNothing() throws {
        try misbehave("records 7 after 1") { place, ran in
            place.parent.link.send(.log(place.overlay.batch([touching(ran)], first: 7)))
        }
    }

    @Test func recordsThatAreNoneRunNothing() throws {
        try misbehave("truncated") { place, ran in
            let records = SignedBatch.encode([touching(ran)])
            place.parent.link.send(
                .log(place.overlay.batch(bytes: records, count: 2, first: place.parent.nextIndex)))
        }
        try misbehave("record unknownType") { place, _ in
            place.parent.link.send(
                .log(
                    place.overlay.batch(bytes: ByteBuffer(bytes: [200]), count: 1, first: place.parent.nextIndex)))
        }
    }

    @Test func replayedRecordsRunOnce() throws {
        let place = try Place()
        let file = place.agent.here.path + "/count"
        let (id, batch) = place.parent.nextBatch(LinksOverlay.shell("echo once >> \(file)"))
        for _ in 0..<3 { place.parent.link.send(.log(batch)) }
        _ = try place.parent.await("a result") { message -> Bool? in
            if case .results(let report) = message, report.operation == id { return true }
            return nil
        }
        place.parent.link.send(.log(batch))
        try place.expectHarmless("", lines: 0, after: place.agent.log)
        #expect(place.agent.here.read("count") == "once\n")
    }

    @Test func forgedBeaconEndsTheLink() throws {
        let foreign = try LinksOverlay()
        try misbehave("beacon with a bad signature") { place, _ in
            place.parent.link.send(.beacon(place.overlay.beacon(signedBy: foreign.epochKey)))
        }
        try misbehave("beacon of epoch 1") { place, _ in
            place.parent.link.send(.beacon(place.overlay.beacon(epoch: 1)))
        }
    }

    @Test func messagesOfAChildEndTheLink() throws {
        try misbehave("a parent does not send message 4") { place, _ in
            place.parent.link.send(.heartbeat(Heartbeat(sentMilliseconds: 1, lagMilliseconds: 0, applied: .start)))
        }
        try misbehave("a heartbeat that was not sent") { place, _ in
            place.parent.link.send(
                .heartbeatReply(
                    HeartbeatReply(
                        echoMilliseconds: UInt64.max, rootAgeMilliseconds: 0, lagMilliseconds: 0, path: [.controller])))
        }
        try misbehave("path leads through this very rank") { place, _ in
            place.parent.link.send(
                .heartbeatReply(
                    HeartbeatReply(
                        echoMilliseconds: 1, rootAgeMilliseconds: 0, lagMilliseconds: 0,
                        path: [.controller, LinksOverlay.agentRank])))
        }
        try misbehave("recordForged") { place, _ in place.parent.link.sendForgedRecord() }
        try misbehave("frame length tooLong") { place, _ in
            place.parent.link.send(plaintext: ByteBuffer(bytes: [0xff, 0xff, 0xff, 0xff, 7]))
        }
    }

    /// A transfer of one file of one chunk is under way when `body` comes as a chunk.
    private func chunk(_ reason: String, number: UInt32 = 0, _ body: Body) throws {
        let content = ByteBuffer(repeating: 65, count: 1_000)
        try misbehave(reason) { place, _ in
            let task = FilesTask(
                application: "app", chunkBytes: 4_096,
                entries: [
                    FilesTask.Entry(
                        path: "file", sizeBytes: 1_000, mode: 0o644,
                        chunks: [Digest(padding: ContentHash.digest(of: content))])
                ])
            let (id, batch) = place.parent.nextBatch(.files(task))
            place.parent.link.send(.log(batch))
            // The child is told of the transfer, but gets no chunk of it.
            _ = try place.child.await("the manifest") { message -> Bool? in
                if case .log = message { return true }
                return nil
            }
            place.parent.link.send(.chunk(FileChunk(operation: id, number: number, body: body)))
        }
    }

    @Test func chunksThatDoNotFitTheManifestEndTheLink() throws {
        try chunk("not what the manifest says", Body(plain: ByteBuffer(repeating: 66, count: 1_000)))
        try chunk("not what the manifest says", Body(plain: ByteBuffer(repeating: 65, count: 999)))
        try chunk("chunk 5 when 0 was next", number: 5, Body(plain: ByteBuffer(repeating: 65, count: 1_000)))
    }

    @Test func compressedChunksThatLieEndTheLink() throws {
        let garbage = ByteBuffer(repeating: 0xff, count: 64)
        try chunk("not what the manifest says", Body(lz4: garbage, rawBytes: 1_000))
        try chunk("body size tooLong", Body(lz4: garbage, rawBytes: 1 << 30))
        try chunk("body size malformed", Body(lz4: garbage, rawBytes: 10))
    }
}
