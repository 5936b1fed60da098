import OrderedCollections
import PlushTree
import PlushWire

/// How the root lets released hosts through a throttled barrier: permits that come back, or passes by the clock.
package struct RootThrottle: Sendable {
    private enum Kind: Sendable {
        case permits(PermitBook)
        case passes(RatePacer)
    }

    /// Passes that a child's subtree may still use.
    private struct Passes: Sendable {
        var tokens: TokenSet
        let expiry: Instant
    }

    private var kind: Kind
    private var adaptive: AdaptiveEpochs?
    private var passes: OrderedDictionary<LinkID, [Passes]> = [:]
    private var nextPass: UInt32 = 0
    private var passGrant: UInt64 = 1
    /// Somebody within reach waits for a pass of the next window.
    private var wantsWindow = false

    /// Nil for a barrier that lets all through at once.
    package init?(_ rule: BarrierReleaseRule, participants: Int) {
        switch rule {
        case .atOnce: return nil
        case .rate(let rate):
            kind = .passes(RatePacer(hosts: rate.hosts, periodMilliseconds: rate.periodMilliseconds))
        case .limit(let limit):
            kind = .permits(PermitBook(total: limit, limit: limit))
        case .adaptive(let maximum):
            let most = min(maximum ?? BarrierLimits.adaptiveMaximum, max(1, participants))
            let climb = ThroughputClimb(start: min(BarrierLimits.adaptiveStart, most), maximum: most)
            adaptive = AdaptiveEpochs(climb)
            kind = .permits(PermitBook(total: most, limit: climb.limit))
        }
    }

    package var throttle: BarrierOpening.Throttle {
        switch kind {
        case .permits: return .permits
        case .passes: return .passes
        }
    }

    /// The account of permits, where there are any that come back.
    package var book: PermitBook? {
        switch kind {
        case .permits(let book): return book
        case .passes: return nil
        }
    }

    /// A child as the throttle sees it: hosts behind it that wait for nothing but a permit, and hosts that hold one.
    package struct Demand: Sendable {
        package let link: LinkID
        package let waiting: Int
        package let holding: Int

        package init(link: LinkID, waiting: Int, holding: Int) {
            self.link = link
            self.waiting = waiting
            self.holding = holding
        }
    }

    /// Gives out what may be given out now.
    package mutating func lease(
        to demands: [Demand], key: BarrierKey, generation: UInt64, overlayMilliseconds: UInt64, at now: Instant
    ) -> [(link: LinkID, lease: PermitLease)] {
        switch kind {
        case .permits(var book):
            defer { kind = .permits(book) }
            _ = book.expire(at: now)
            let wants = demands.map { demand in
                let idle = max(0, (book.leased[demand.link]?.count ?? 0) - demand.holding)
                return (link: demand.link, wanted: max(0, demand.waiting - idle))
            }
            adaptive?.waits(wants.contains { $0.wanted > 0 }, at: now)
            let given = book.lease(wants)
            var leases = given.leases.map {
                (
                    link: $0.link,
                    lease: PermitLease(key: key, generation: generation, tokens: $0.tokens, grant: given.grant)
                )
            }
            for item in book.recall() {
                let recall = PermitLease(
                    key: key, generation: generation, tokens: TokenSet(), grant: 0, recalled: UInt32(item.count))
                leases.append((item.link, recall))
            }
            return leases
        case .passes(var pacer):
            defer { kind = .passes(pacer) }
            return leasePasses(&pacer, demands, key, generation, overlayMilliseconds, now)
        }
    }

    private mutating func leasePasses(
        _ pacer: inout RatePacer, _ demands: [Demand], _ key: BarrierKey, _ generation: UInt64,
        _ overlayMilliseconds: UInt64, _ now: Instant
    ) -> [(link: LinkID, lease: PermitLease)] {
        for link in passes.keys { passes[link]?.removeAll { $0.expiry <= now } }
        let wanted = demands.map { demand in
            let valid = passes[demand.link]?.reduce(0) { $0 + $1.tokens.count } ?? 0
            return max(0, demand.waiting - valid)
        }
        guard wanted.contains(where: { $0 > 0 }) else {
            wantsWindow = false
            return []
        }
        let shares = FairShare.split(pacer.open(at: now), among: wanted)
        wantsWindow = wanted.reduce(0, +) > shares.reduce(0, +)
        var leases: [(link: LinkID, lease: PermitLease)] = []
        for (demand, share) in zip(demands, shares) where share > 0 {
            let tokens = TokenSet(ranges: [TokenSet.Range(nextPass, nextPass + UInt32(share - 1))])
            nextPass = (nextPass + UInt32(share)) % (1 << 30)
            let expiry = now.advanced(byMilliseconds: BarrierLimits.passMilliseconds)
            passes[demand.link, default: []].append(Passes(tokens: tokens, expiry: expiry))
            let lease = PermitLease(
                key: key, generation: generation, tokens: tokens, grant: passGrant,
                expiryMilliseconds: overlayMilliseconds + BarrierLimits.passMilliseconds)
            passGrant += 1
            leases.append((demand.link, lease))
        }
        return leases
    }

    /// Takes what became of permits; `passed` and `finished` are the ranks for which that was new. Returns permits that
    /// turned up where they cannot be held any more.
    package mutating func take(
        _ report: PermitReport, passed: Int, finished: Int, from link: LinkID, freeAt: Instant, at now: Instant
    ) -> TokenSet {
        switch kind {
        case .permits(var book):
            defer { kind = .permits(book) }
            book.giveBack(report.returned, from: link)
            book.lose(report.lost, from: link, freeAt: freeAt)
            let stale = book.adopt(report.adopted, behind: link)
            if let limit = adaptive?.finished(finished, outstanding: book.outstanding, at: now) { book.setLimit(limit) }
            return stale
        case .passes:
            use(passed, behind: link)
            return TokenSet()
        }
    }

    private mutating func use(_ count: Int, behind link: LinkID) {
        var rest = count
        while rest > 0, var oldest = passes[link]?.first {
            let used = oldest.tokens.take(rest).count
            rest -= used
            if oldest.tokens.isEmpty {
                passes[link]?.removeFirst()
            } else {
                passes[link]?[0] = oldest
            }
            if used == 0 { break }
        }
    }

    package mutating func loseChild(_ link: LinkID, freeAt: Instant) {
        passes[link] = nil
        guard case .permits(var book) = kind else { return }
        book.loseChild(link, freeAt: freeAt)
        kind = .permits(book)
    }

    /// When something may be given out although nothing happens.
    package func nextDeadline(at now: Instant) -> Instant? {
        switch kind {
        case .permits(let book): return book.nextExpiry
        case .passes(let pacer): return wantsWindow ? pacer.nextWindow(at: now) : nil
        }
    }

    /// The limit in force.
    package var limit: Int? {
        book?.limit
    }
}
