import PlushTree
import PlushWire

/// The relation to the parent: exactly one committed link at a time (P2), and how old the news of the root is (P1).
struct Uplink: Sendable {
    private enum State: Sendable {
        case idle
        case dialling(attempt: UInt32)
        case attaching(LinkID, AttachStamp)
        case attached(Attached)
        /// Without a parent since then; processes go on until the lease ends (rule 8).
        case orphaned(since: Instant)
    }

    private struct Attached: Sendable {
        let link: LinkID
        var path: [Rank]
    }

    private var state = State.idle
    /// When the root was surely alive, by own clock.
    private var rootSeen: Instant?
    private(set) var parentLagMilliseconds: UInt64 = 0
    private(set) var heardAt: Instant?

    mutating func start(at now: Instant) {
        state = .dialling(attempt: 1)
        rootSeen = now
        heardAt = now
    }

    /// The link that leads up, committed or being attached.
    var link: LinkID? {
        switch state {
        case .attaching(let link, _): return link
        case .attached(let attached): return attached.link
        case .idle, .dialling, .orphaned: return nil
        }
    }

    /// The link over which reports may be sent.
    var attachedLink: LinkID? {
        switch state {
        case .attached(let attached): return attached.link
        case .idle, .dialling, .attaching, .orphaned: return nil
        }
    }

    /// From the root to the parent.
    var path: [Rank] {
        switch state {
        case .attached(let attached): return attached.path
        case .idle, .dialling, .attaching, .orphaned: return []
        }
    }

    /// The dialled link is up; returns the stamp to offer, or nil when nobody was dialled.
    mutating func opened(_ link: LinkID, incarnation: UInt32, at now: Instant) -> AttachStamp? {
        guard case .dialling(let attempt) = state else { return nil }
        let stamp = AttachStamp(incarnation: incarnation, attempt: attempt)
        state = .attaching(link, stamp)
        heardAt = now
        return stamp
    }

    /// The parent has accepted; returns the stamp to commit, or nil when that is not what was asked.
    mutating func accepted(_ acceptance: AttachReply.Acceptance, on link: LinkID, at now: Instant) -> AttachStamp? {
        guard case .attaching(let current, let stamp) = state, current == link else { return nil }
        state = .attached(Attached(link: link, path: acceptance.path))
        note(rootAgeMilliseconds: acceptance.rootAgeMilliseconds, asOf: now)
        return stamp
    }

    mutating func lost(at now: Instant) {
        state = .orphaned(since: now)
    }

    /// Any record from the parent is a sign of its life (rule 9).
    mutating func heard(at now: Instant) {
        heardAt = now
    }

    mutating func note(_ reply: HeartbeatReply, sentAt: Instant) {
        parentLagMilliseconds = UInt64(reply.lagMilliseconds)
        note(rootAgeMilliseconds: reply.rootAgeMilliseconds, asOf: sentAt)
        if case .attached(var attached) = state {
            attached.path = reply.path
            state = .attached(attached)
        }
    }

    /// The root was alive `rootAgeMilliseconds` before `asOf` (the moment the answered heartbeat was sent): an upper
    /// bound of its age that needs no common clock.
    private mutating func note(rootAgeMilliseconds: UInt64, asOf: Instant) {
        let age = min(rootAgeMilliseconds, asOf.milliseconds)
        let seen = Instant(nanoseconds: asOf.nanoseconds - age * 1_000_000)
        rootSeen = max(rootSeen ?? seen, seen)
    }

    func rootAgeMilliseconds(at now: Instant) -> UInt64 {
        rootSeen.map { now.milliseconds(since: $0) } ?? 0
    }
}
