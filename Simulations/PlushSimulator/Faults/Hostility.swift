import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// How a member works against the others. Its own machine is honest inside: what leaves it is changed.
package enum Hostility: String, Hashable, Sendable, CaseIterable {
    /// Changes records, beacons, chunks and outcomes that pass through it, and adds some of its own.
    case forges
    /// Sends what it has sent before once more.
    case replays
    /// Claims ranks that are not below it, and says that others are gone.
    case liesAboutSubtree
    /// Says on attaching, and by reports, that ranks hold permits, ran operations and entered barriers.
    case claims
    /// Says that it has just heard of the root, and hides whom it hangs below.
    case hidesPath
    /// Sends bulk beyond its credit.
    case floods
    /// Lets a part of everything vanish.
    case drops
    /// Sends frames that are none.
    case babbles
}

extension World {
    /// What a hostile node sends instead of a message.
    func sendTwisted(_ message: Message, _ hostility: Hostility, on link: WorldLink, isUp: Bool) {
        let sender = link.party(isChild: isUp).rank
        if hostility == .babbles, random.happens(perThousand: 300) {
            return transmit(babble(), on: link, isUp: isUp)
        }
        for twisted in twist(message, hostility, of: sender, isUp: isUp) { transmit(twisted, on: link, isUp: isUp) }
    }

    private func babble() -> ByteBuffer {
        var frame = ByteBuffer()
        let count = 1 + random.below(60)
        frame.writeInteger(UInt32(count))
        for _ in 0..<count { frame.writeInteger(UInt8(truncatingIfNeeded: random.next())) }
        return frame
    }

    private func twist(_ message: Message, _ hostility: Hostility, of rank: Rank, isUp: Bool) -> [Message] {
        switch hostility {
        case .forges: return forge(message)
        case .replays: return replay(message, of: rank)
        case .liesAboutSubtree: return lie(message, of: rank)
        case .claims: return claim(message)
        case .hidesPath: return hide(message)
        case .floods: return flood(message)
        case .drops: return random.happens(perThousand: 200) ? [] : [message]
        case .babbles: return [message]
        }
    }

    private func replay(_ message: Message, of rank: Rank) -> [Message] {
        var heard = overheard[rank, default: []]
        var sent = [message]
        if !heard.isEmpty, random.happens(perThousand: 300) { sent.append(random.one(of: heard)) }
        if heard.count < 64 { heard.append(message) } else { heard[random.below(64)] = message }
        overheard[rank] = heard
        return sent
    }

    private func lie(_ message: Message, of rank: Rank) -> [Message] {
        guard case .subtree(var report) = message else {
            guard case .heartbeat = message, random.happens(perThousand: 300) else { return [message] }
            return [message, .subtree(falseReport(of: rank))]
        }
        let more = falseReport(of: rank)
        report.joined += more.joined
        report.departed += more.departed
        return [.subtree(report)]
    }

    private func falseReport(of rank: Rank) -> SubtreeReport {
        let claimed = Rank(UInt32(random.below(hosts.count)))
        let gone = Rank(UInt32(random.below(hosts.count)))
        return SubtreeReport(
            joined: [
                TreeEdge(
                    child: claimed, incarnation: 1, parent: random.happens(perThousand: 500) ? rank : gone,
                    attempt: UInt32(1 + random.below(9)), proof: random.happens(perThousand: 500) ? .zero : nil)
            ],
            departed: [
                SubtreeReport.Departure(ranks: RankSet(gone), through: gone, reporter: rank, cause: "so I say")
            ])
    }

    private func claim(_ message: Message) -> [Message] {
        let everyone = RankSet(count: hosts.count)
        switch message {
        case .attach(let summary):
            let open = records.issued.keys.suffix(4).map { id in
                AttachSummary.OpenOperation(
                    operation: id, started: everyone, terminal: [OutcomeBucket(outcome: .ok, ranks: everyone)],
                    unsettledSegments: RankSet(Rank(0)))
            }
            let tokens = (0..<4).map { AttachSummary.HeldToken(token: $0, grant: 1, rank: Rank($0)) }
            let entered = [AttachSummary.Generation(application: "app", barrier: "b", generation: 9, ranks: everyone)]
            return [
                .attach(
                    AttachSummary(
                        stamp: summary.stamp, highestEpoch: summary.highestEpoch, applied: summary.applied,
                        rosterVersion: summary.rosterVersion, subtree: summary.subtree, openOperations: open,
                        heldTokens: tokens, entered: entered, contact: summary.contact,
                        transfers: summary.transfers))
            ]
        case .results(let report):
            let bucket = OutcomeBucket(outcome: .ok, ranks: everyone)
            return [.results(ResultReport(operation: report.operation, started: everyone, buckets: [bucket])), message]
        default:
            return [message]
        }
    }

    private func hide(_ message: Message) -> [Message] {
        guard case .heartbeatReply(let reply) = message else { return [message] }
        return [
            .heartbeatReply(
                HeartbeatReply(
                    echoMilliseconds: reply.echoMilliseconds, rootAgeMilliseconds: 0, lagMilliseconds: 0,
                    path: [.controller]))
        ]
    }

    private func flood(_ message: Message) -> [Message] {
        switch message {
        case .output, .chunk: return [Message](repeating: message, count: 40)
        default: return [message]
        }
    }
}
