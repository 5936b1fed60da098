import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

@testable import PlushRuntime

/// The test as the parent, and root, of one agent.
final class LinksParent {
    struct Answer: Equatable {
        var outcome: Outcome?
        var text = ""
    }

    let link: LinksTestLink
    private let overlay: LinksOverlay
    private(set) var nextIndex: UInt64 = 1
    private var nextSequence: UInt32 = 1
    /// What came while something else was awaited.
    private(set) var subtree: [SubtreeReport] = []
    private var receivedBytes: UInt64 = 0

    /// Takes the agent at the other end of a link.
    init(_ link: LinksTestLink, _ overlay: LinksOverlay) throws {
        self.link = link
        self.overlay = overlay
        let stamp = try link.await("an attach") { message -> AttachStamp? in
            if case .attach(let summary) = message { return summary.stamp }
            return nil
        }
        link.send(
            .attachReply(
                .accepted(
                    AttachReply.Acceptance(
                        path: [.controller], rootAgeMilliseconds: 0, overlayMilliseconds: LinksOverlay.milliseconds,
                        credit: ProtocolLimits.outputWindowBytes, logIndex: 0))))
        try link.await("a commit") { message -> Void? in
            if case .attachCommit(stamp) = message { return () }
            return nil
        }
    }

    /// Reads messages, answering heartbeats, until one is what was asked for.
    func await<Value>(_ what: String, _ pick: (Message) -> Value?) throws -> Value {
        try link.await(what) { message in
            switch message {
            case .heartbeat(let heartbeat):
                link.send(
                    .heartbeatReply(
                        HeartbeatReply(
                            echoMilliseconds: heartbeat.sentMilliseconds, rootAgeMilliseconds: 0, lagMilliseconds: 0,
                            path: [.controller])))
            case .subtree(let report): subtree.append(report)
            case .output(let segment):
                receivedBytes += segment.creditBytes
                link.send(.credit(receivedBytes + ProtocolLimits.outputWindowBytes))
            default: break
            }
            return pick(message)
        }
    }

    /// A heartbeat that was sent after this was called.
    func awaitHeartbeat() throws {
        let now = SystemClock.now.milliseconds
        try self.await("a heartbeat") { message -> Void? in
            if case .heartbeat(let heartbeat) = message, heartbeat.sentMilliseconds >= now { return () }
            return nil
        }
    }

    /// The next batch of the log, not sent yet.
    func nextBatch(_ task: OperationTask) -> (OperationID, SignedBatch) {
        defer {
            nextIndex += 1
            nextSequence += 1
        }
        let batch = overlay.batch([LinksOverlay.operation(nextSequence, task)], first: nextIndex)
        return (OperationID(epoch: LinksOverlay.epoch, sequence: nextSequence), batch)
    }

    /// Runs a shell line on the agent to its end.
    func run(_ line: String) throws -> Answer {
        let (id, batch) = nextBatch(LinksOverlay.shell(line))
        link.send(.log(batch))
        var answer = Answer()
        var streams: OutputSegment.Streams = []
        var hasLast = false
        try self.await("the result of a command") { message -> Void? in
            switch message {
            case .results(let report) where report.operation == id:
                if let bucket = report.buckets.first {
                    answer.outcome = bucket.outcome
                    streams = bucket.streams
                }
            case .output(let segment) where segment.operation == id:
                answer.text += (try? segment.body.unpacked()).map { String(buffer: $0) } ?? "?"
                hasLast = hasLast || segment.flags.contains(.last)
            default:
                return nil
            }
            return answer.outcome != nil && (streams.isEmpty || hasLast) ? () : nil
        }
        return answer
    }

    /// What the agent said of ranks that are out of reach.
    var departures: [SubtreeReport.Departure] {
        subtree.flatMap(\.departed)
    }
}
