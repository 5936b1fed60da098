import OrderedCollections
import PlushTree
import PlushWire

/// The relation to the parent: exactly one committed link at a time (P2), and how old the news of the root is (P1).
struct Uplink: Sendable {
    private struct Attached: Sendable {
        let link: LinkID
        let rank: Rank
        var path: [Rank]
    }

    /// An attach that has been sent and not been answered.
    struct Offer: Sendable {
        let rank: Rank
        let stamp: AttachStamp
        let sentAt: Instant
    }

    private var attached: Attached?
    private var offers: OrderedDictionary<LinkID, Offer> = [:]
    private var attempt: UInt32 = 0
    private(set) var wasAttached = false
    /// When the root was surely alive, by own clock.
    private var rootSeen: Instant?
    private(set) var parentLagMilliseconds: UInt64 = 0
    private(set) var roundTripMilliseconds: UInt64 = 0
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

    mutating func start(at now: Instant) {
        rootSeen = now
        heardAt = now
    }

    /// The link over which reports may be sent.
    var attachedLink: LinkID? {
        attached?.link
    }

    /// The committed parent.
    var parent: Rank? {
        attached?.rank
    }

    /// From the root to the parent; empty without one.
    var path: [Rank] {
        attached?.path ?? []
    }

    func offer(on link: LinkID) -> Offer? {
        offers[link]
    }

    /// A dialled link is up; returns the stamp to offer.
    mutating func opened(_ link: LinkID, to rank: Rank, incarnation: UInt32, at now: Instant) -> AttachStamp {
        attempt += 1
        let stamp = AttachStamp(incarnation: incarnation, attempt: attempt)
        offers[link] = Offer(rank: rank, stamp: stamp, sentAt: now)
        return stamp
    }

    mutating func withdraw(_ link: LinkID) {
        offers.removeValue(forKey: link)
    }

    /// A node has accepted, and is the parent from now on; returns the stamp to commit and the link of the parent before
    /// it.
    mutating func commit(
        _ acceptance: AttachReply.Acceptance, on link: LinkID, at now: Instant
    ) -> (stamp: AttachStamp, before: LinkID?)? {
        guard let offer = offers.removeValue(forKey: link) else { return nil }
        let before = attached?.link
        attached = Attached(link: link, rank: offer.rank, path: acceptance.path)
        wasAttached = true
        heardAt = now
        parentLagMilliseconds = 0
        roundTripMilliseconds = 0
        // The parent's word is as old as the answer may be.
        note(rootAgeMilliseconds: acceptance.rootAgeMilliseconds, asOf: offer.sentAt)
        overlayClock = OverlayClock(
            milliseconds: min(acceptance.overlayMilliseconds, UInt64.max >> 1) + 1, instant: offer.sentAt)
        return (offer.stamp, before)
    }

    mutating func lost() {
        attached = nil
    }

    /// Any record from the parent is a sign of its life (rule 9).
    mutating func heard(at now: Instant) {
        heardAt = now
    }

    /// Returns whether the path is another than before.
    mutating func note(_ reply: HeartbeatReply, sentAt: Instant, at now: Instant) -> Bool {
        parentLagMilliseconds = UInt64(reply.lagMilliseconds)
        roundTripMilliseconds = max(1, now.milliseconds(since: sentAt))
        note(rootAgeMilliseconds: reply.rootAgeMilliseconds, asOf: sentAt)
        return note(path: reply.path)
    }

    mutating func note(path: [Rank]) -> Bool {
        guard attached?.path != path else { return false }
        attached?.path = path
        return true
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
