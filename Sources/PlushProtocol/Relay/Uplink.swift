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
    private var overlayClock: OverlayClock?

    /// The root's time is at most `milliseconds` at `instant`, and passes no faster than own time does, but for drift.
    private struct OverlayClock: Sendable {
        let milliseconds: UInt64
        let instant: Instant

        func latest(at now: Instant) -> UInt64? {
            let passed = now.milliseconds(since: instant) + 1
            let (sum, overflow) = milliseconds.addingReportingOverflow(passed + passed / 4_096)
            return overflow ? nil : sum
        }
    }

    /// When the attach that is being answered was sent.
    private var attachSentAt: Instant?

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
        attachSentAt = now
        heardAt = now
        return stamp
    }

    /// The parent has accepted; returns the stamp to commit, or nil when that is not what was asked.
    mutating func accepted(_ acceptance: AttachReply.Acceptance, on link: LinkID, at now: Instant) -> AttachStamp? {
        guard case .attaching(let current, let stamp) = state, current == link else { return nil }
        state = .attached(Attached(link: link, path: acceptance.path))
        // The parent's word is as old as the answer may be.
        let asked = attachSentAt ?? now
        note(rootAgeMilliseconds: acceptance.rootAgeMilliseconds, asOf: asked)
        overlayClock = OverlayClock(
            milliseconds: min(acceptance.overlayMilliseconds, UInt64.max >> 1) + 1, instant: asked)
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

    /// Rounded up: rounding down at every hop would add up to an age that is too small.
    func rootAgeMilliseconds(at now: Instant) -> UInt64 {
        guard let rootSeen, now > rootSeen else { return 0 }
        return (now.nanoseconds - rootSeen.nanoseconds + 999_999) / 1_000_000
    }

    /// A beacon was made at `overlayMilliseconds` of the root's time. Ages that are asked for hop by hop are as old as
    /// the heartbeats between, one interval per hop, so that the lease of a deep tree would end by itself; this bound
    /// grows with depth by the round trips of the attaches only. The root's time is at most what the acceptance said
    /// plus all that has passed since the attach was sent, plus what two clocks may drift apart (1/4096, five times
    /// what ordinary ones do); the oldest that the beacon can be is therefore also known.
    mutating func noteBeacon(overlayMilliseconds: UInt64, at now: Instant) {
        guard let overlayClock, let made = overlayClock.latest(at: now) else { return }
        note(rootAgeMilliseconds: made > overlayMilliseconds ? made - overlayMilliseconds : 0, asOf: now)
    }

    /// An upper bound of the root's time, or nil before the first attach.
    func overlayMillisecondsAtMost(at now: Instant) -> UInt64? {
        overlayClock?.latest(at: now)
    }
}
