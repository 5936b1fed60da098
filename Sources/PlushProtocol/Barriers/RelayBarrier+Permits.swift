import OrderedCollections
import PlushTree
import PlushWire

/// Permits on their way through an agent.
extension RelayBarrier {
    /// Hosts below a child that wait for nothing but a permit, less the permits that are idle there already.
    private func demand(_ link: LinkID, _ subtree: RankSet) -> Int {
        var waiting = 0
        var holding = 0
        for (generation, state) in generations where generation <= releasedUpTo {
            waiting += state.waiting.intersection(subtree).count
            holding += state.holding.intersection(subtree).count
        }
        return max(0, waiting - max(0, (permits.leased[link]?.count ?? 0) - holding))
    }

    /// Gives out what is idle, to this host and to the children that want some.
    package mutating func distribute(
        _ children: [(link: LinkID, subtree: RankSet)], atOverlayMilliseconds now: UInt64
    ) -> [(link: LinkID, lease: PermitLease)] {
        guard opening.throttle != .none else { return [] }
        if opening.throttle == .passes { permits.dropExpired(atOverlayMilliseconds: now) }
        let demands = children.map { (link: $0.link, wanted: demand($0.link, $0.subtree)) }
        let given = permits.distribute(ownWants: wantsPermit, demands)
        return given.leases.map { lease in
            (
                lease.link,
                PermitLease(
                    key: key, generation: releasedUpTo, tokens: lease.tokens, grant: lease.grant,
                    expiryMilliseconds: permits.expiryMilliseconds(ofGrant: lease.grant))
            )
        }
    }

    /// Whether somebody in the subtree waits for a permit that is not there.
    package func isWanting(_ children: [(link: LinkID, subtree: RankSet)]) -> Bool {
        (wantsPermit && permits.own == nil) || children.contains { demand($0.link, $0.subtree) > 0 }
    }

    /// Whether permits lie here that somebody waits for.
    package func isHoldingBack(_ children: [(link: LinkID, subtree: RankSet)]) -> Bool {
        !permits.idle.isEmpty && isWanting(children)
    }

    /// Takes a child's report; returns the permits that its subtree has lost and those that have turned up there, which
    /// concern everybody on the way to the root.
    package mutating func merge(
        _ report: PermitReport, from link: LinkID, below subtree: RankSet
    ) -> (lost: TokenSet, adopted: [PermitReport.Held]) {
        let mine = subtree.intersection(opening.participants.ranks)
        let passed = report.passed.intersection(mine)
        let new = generations[report.generation, default: RelayGeneration()].pass(passed)
        generations[report.generation]?.finish(report.finished.intersection(mine))
        if opening.throttle == .passes { permits.use(new.count, below: link) }
        permits.giveBack(report.returned, from: link)
        let lost = permits.lose(report.lost, from: link)
        if !report.adopted.isEmpty { permits.adopt(report.adopted, behind: link) }
        return (lost, report.adopted)
    }

    /// What the parent should know now: one report per generation with news. `urgent` holds what cannot wait for the
    /// interval, namely permits lost and found; permits that go back are never held up either.
    package mutating func takePermitReports(
        lost: TokenSet = TokenSet(), adopted: [PermitReport.Held] = [],
        children: [(link: LinkID, subtree: RankSet)], isIntervalOver: Bool
    ) -> [PermitReport] {
        let returned =
            opening.throttle == .permits ? permits.takeReturns(nobodyWaits: !isWanting(children)) : TokenSet()
        guard isIntervalOver || !returned.isEmpty || !lost.isEmpty || !adopted.isEmpty else { return [] }
        var reports: [PermitReport] = []
        for generation in generations.keys where generations[generation]?.hasPermitNews == true {
            guard let news = generations[generation]?.takePermitNews() else { continue }
            reports.append(
                PermitReport(key: key, generation: generation, passed: news.passed, finished: news.finished))
        }
        guard !returned.isEmpty || !lost.isEmpty || !adopted.isEmpty else { return reports }
        if reports.isEmpty { reports.append(PermitReport(key: key, generation: releasedUpTo)) }
        reports[reports.count - 1].returned = returned
        reports[reports.count - 1].lost = lost
        reports[reports.count - 1].adopted = adopted
        return reports
    }

    package var hasPermitNews: Bool {
        generations.values.contains(where: \.hasPermitNews)
    }

    /// What a new parent is told about permits.
    package var heldReport: [PermitReport.Held] {
        opening.throttle == .permits ? permits.held : []
    }
}
