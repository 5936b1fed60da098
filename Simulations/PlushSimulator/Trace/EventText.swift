import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// Events as people read them: one line each, the same in every process.
package enum EventText {
    /// `   1234.567 ms  3         results 1.2 ok 4-6` with the sender of a message after an arrow.
    static func line(_ nanoseconds: UInt64, _ party: Party, _ event: Event, in world: World) -> String {
        guard case .message(let id, let message) = event else {
            return line(nanoseconds, party, describe(event))
        }
        var sender = "?"
        if let (link, isChild) = world.link(id) { sender = "\(link.party(isChild: !isChild))" }
        return line(nanoseconds, party, "<- \(padded(sender, 6)) \(describe(message))")
    }

    static func line(_ nanoseconds: UInt64, _ party: Party, _ text: String) -> String {
        "\(time(nanoseconds))  \(padded("\(party)", 6)) \(text)"
    }

    /// Milliseconds with three places, flush right.
    package static func time(_ nanoseconds: UInt64) -> String {
        let microseconds = nanoseconds / 1_000
        let fraction = String(microseconds % 1_000)
        let text = "\(microseconds / 1_000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
        return String(repeating: " ", count: max(0, 11 - text.count)) + text
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Whether a word is in a line. (The standard library alone has no search for strings.)
    static func contains(_ line: String, _ word: String) -> Bool {
        let line = Array(line.utf8)
        let word = Array(word.utf8)
        guard line.count >= word.count else { return false }
        return (0...(line.count - word.count)).contains { line[$0..<($0 + word.count)].elementsEqual(word) }
    }

    // exhaustive-switch
    static func describe(_ event: Event) -> String {
        switch event {
        case .parentLinkOpened(_, let certificate): return "link to parent \(certificate.rank)"
        case .childLinkOpened(_, let certificate):
            return "link from child \(certificate.rank) of incarnation \(certificate.incarnation)"
        case .dialFailed(let rank, let reason): return "dial of \(rank) failed: \(reason)"
        case .message(_, let message): return describe(message)
        case .linkClosed(_, let reason): return "link closed: \(reason)"
        case .timer: return "timer"
        case .processStarted(let id): return "\(id) started"
        case .processNotStarted(let id, let code, let reason): return "\(id) not started: \(code) \(reason)"
        case .processExited(let id, let exit): return "\(id) \(exit)"
        case .output(let id, let stream, let bytes): return "\(id) \(stream) \(bytes.readableBytes) B"
        case .outputEnded(let id, let stream): return "\(id) \(stream) ends"
        case .collected(let id, let failure): return "\(id) collected \(failure ?? "all")"
        case .filesPrepared(let id, let failure): return "\(id) place for files: \(failure ?? "ready")"
        case .chunkStored(let id, let number): return "\(id) chunk \(number) stored"
        case .chunkForged(let id, let number, _): return "\(id) chunk \(number) is forged"
        case .chunkNotStored(let id, let number, let reason): return "\(id) chunk \(number) not stored: \(reason)"
        case .applicationEnters(let id, let name, _): return "\(id) enters \(name)"
        case .applicationLeaves(let request): return "request \(request) waits no longer"
        case .applicationSays(let id, let progress, let text):
            return "\(id) says \(progress.map { "\($0)" } ?? text)"
        case .filesFinished(let id, let failure): return "\(id) files: \(failure ?? "whole")"
        case .agentHello(let rank, _, _): return "agent \(rank) speaks"
        case .agentStarting(let rank, let step, _): return "agent \(rank) waits for \(step)"
        case .agentFailed(let rank, let reason): return "agent \(rank) failed: \(reason)"
        case .journalDurable(let index): return "journal durable up to \(index)"
        case .outputConsumed(_, let bytes): return "\(bytes) B consumed"
        }
    }

    // exhaustive-switch
    static func describe(_ message: Message) -> String {
        switch message {
        case .attach(let summary): return describe(summary)
        case .attachReply(.accepted(let acceptance)):
            return
                "accepted, path \(acceptance.path.map(\.description).joined(separator: "/")), log \(acceptance.logIndex)"
        case .attachReply(.busy(let retry, let contacts)):
            return "busy, again after \(retry) ms\(Self.list(contacts))"
        case .attachReply(.refused(let reason)): return "refused: \(reason)"
        case .attachCommit(let stamp): return "commit \(stamp.incarnation).\(stamp.attempt)"
        case .heartbeat(let heartbeat):
            return "heartbeat, applied \(heartbeat.applied), lag \(heartbeat.lagMilliseconds) ms"
        case .heartbeatReply(let reply):
            return "heartbeat reply, root \(reply.rootAgeMilliseconds) ms, lag \(reply.lagMilliseconds) ms, path "
                + reply.path.map(\.description).joined(separator: "/")
        case .beacon(let beacon): return "beacon \(beacon.epoch).\(beacon.sequence), log \(beacon.logIndex)"
        case .log(let batch): return describe(batch)
        case .subtree(let report): return describe(report)
        case .results(let report):
            let buckets = report.buckets.map { "\($0.outcome) on \($0.ranks)" }
            return "results \(report.operation): started \(report.started); \(buckets.joined(separator: "; "))"
        case .output(let segment):
            return "output \(segment.operation) \(segment.stream) #\(segment.number) \(segment.body.rawBytes) B"
                + (segment.flags.contains(.last) ? " last" : "") + " of \(segment.ranks)"
        case .chunk(let chunk): return "chunk \(chunk.operation) #\(chunk.number)"
        case .credit(let total): return "credit \(total)"
        case .leave(let reason): return "leaves: \(reason)"
        case .detach(let reason): return "detaches: \(reason)"
        case .lineage(let lineage):
            return
                "lineage, path \(lineage.path.map(\.description).joined(separator: "/"))\(Self.list(lineage.contacts))"
        case .outputAcknowledgement(let told):
            let levels = told.levels.map { "\($0.count) of \($0.ranks)" }.joined(separator: ", ")
            return "has \(told.operation) \(told.stream): \(levels)" + (told.wantsAll ? ", wants the rest" : "")
        case .redirect(let contacts): return "move\(Self.list(contacts))"
        case .retire(let contacts): return "be a leaf\(Self.list(contacts))"
        case .barrierEntries(let report): return "entered \(report.key) \(report.generation): \(report.ranks)"
        case .permits(let lease): return "permits \(lease.tokens) of \(lease.key), \(lease.recalled) recalled"
        case .permitReport(let report):
            return "permits of \(report.key): passed \(report.passed), finished \(report.finished), returned "
                + "\(report.returned), lost \(report.lost), \(report.adopted.count) adopted"
        case .applicationReport(let report): return "words of \(report.operation): \(report.words.count)"
        }
    }

    private static func list(_ contacts: [Contact]) -> String {
        contacts.isEmpty ? "" : ", or to " + contacts.map(\.rank.description).joined(separator: " ")
    }

    private static func describe(_ summary: AttachSummary) -> String {
        "attach \(summary.stamp.incarnation).\(summary.stamp.attempt), applied \(summary.applied), below "
            + "\(RankSet(summary.subtree.map(\.child))), \(summary.openOperations.count) operations"
    }

    private static func describe(_ batch: SignedBatch) -> String {
        let records = (try? batch.decoded()) ?? []
        return "log \(batch.epoch):\(batch.firstIndex) " + records.map(describe).joined(separator: ", ")
    }

    // exhaustive-switch
    private static func describe(_ record: LogRecord) -> String {
        switch record {
        case .operation(let operation): return "operation \(operation.id) on \(operation.targets.ranks)"
        case .cancel(let cancel): return "cancel \(cancel.operation) on \(cancel.ranks)"
        case .settle(let settlement): return "settle \(settlement.operation)" + (settlement.isClosed ? " closed" : "")
        case .roster(let change): return "roster \(change.version)"
        case .release(let release): return "release \(release.name) \(release.generation)"
        case .controllers(let ranks): return "controllers \(ranks)"
        case .dissolve: return "dissolve"
        case .barrier(let opening): return "barrier \(opening.key)"
        case .drop(let drop): return "drop \(drop.ranks) from \(drop.key)"
        case .closeBarriers(let application): return "close the barriers of \(application)"
        }
    }

    private static func describe(_ report: SubtreeReport) -> String {
        let joined = report.joined.map { "\($0.child) under \($0.parent)" }
        let departed = report.departed.map { "\($0.ranks) gone through \($0.through): \($0.cause)" }
        let retired = report.retired.isEmpty ? [] : ["\(report.retired) retired"]
        return "subtree: " + (joined + departed + retired).joined(separator: ", ")
    }

    // exhaustive-switch
    static func describe(_ notice: ControllerNotice) -> String {
        switch notice {
        case .joined(let edge): return "* \(edge.child) joined under \(edge.parent)"
        case .unreachable(let rank, let reason): return "* \(rank) unreachable: \(reason)"
        case .moved(let edge, let before): return "* \(edge.child) moved from \(before) to \(edge.parent)"
        case .away(let departure, _):
            return "* \(departure.ranks) away through \(departure.through): \(departure.cause)"
        case .returned(let ranks): return "* \(ranks) returned"
        case .retired(let ranks): return "* \(ranks) retired"
        case .departed(let departure, _):
            return "* \(departure.ranks) departed through \(departure.through): \(departure.cause)"
        case .launched(let joined, let failed): return "* launched \(joined), failed \(failed)"
        case .progress(let id, let started, let terminal): return "* \(id) started \(started), ended \(terminal)"
        case .closed(let id, let buckets, let truncated):
            let outcomes = buckets.map { "\($0.outcome) on \($0.ranks)" }
            return "* \(id) closed: \(outcomes.joined(separator: "; ")), cut short \(truncated)"
        case .barrier(let notice): return "* \(notice)"
        case .application(let report): return "* \(report.operation) says \(report.words.count) words"
        case .dissolved: return "* dissolved"
        }
    }
}
