import OrderedCollections
import PlushTree
import PlushWire

extension RelayNode {
    mutating func openChild(
        _ link: LinkID, _ certificate: Certificate, at now: Instant, into actions: inout [Action]
    ) {
        // A wide relay's children may all come at once.
        let uncommittedMax = max(ProtocolLimits.uncommittedLinksMax, ProtocolLimits.adoptionFactor * identity.fanout)
        guard phase == .running, children.count - children.attachedCount < uncommittedMax else {
            actions.append(.close(link, "no more links are taken"))
            return
        }
        children.open(link, certificate, at: now)
        timers.setIfIdle(.watch, at: now.advanced(byMilliseconds: identity.heartbeatMilliseconds))
    }

    // exhaustive-switch
    mutating func receiveFromChild(
        _ message: Message, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        children.update(link) { $0.heardAt = now }
        switch message {
        case .attach(let summary):
            answerAttach(summary, on: link, at: now, into: &actions)
        case .attachCommit(let stamp):
            commitChild(stamp, on: link, at: now, into: &actions)
        case .heartbeat(let heartbeat):
            children.update(link) { $0.lagMilliseconds = UInt64(heartbeat.lagMilliseconds) }
            let reply = HeartbeatReply(
                echoMilliseconds: heartbeat.sentMilliseconds,
                rootAgeMilliseconds: uplink.rootAgeMilliseconds(at: now),
                lagMilliseconds: UInt32(clamping: lag.milliseconds), path: uplink.path + [identity.rank])
            actions.append(.send(link, .heartbeatReply(reply)))
        case .subtree(let report):
            merge(report, from: link, at: now, into: &actions)
        case .results(let report):
            merge(report, from: link, at: now, into: &actions)
        case .output(let segment):
            receive(segment, from: link, at: now, into: &actions)
        case .credit(let total):
            children.update(link) { $0.chunks.grant(upTo: total) }
            pumpChunks(to: link, into: &actions)
        case .barrierEntries(let report):
            merge(report, from: link, at: now, into: &actions)
        case .permitReport(let report):
            merge(report, from: link, at: now, into: &actions)
        case .applicationReport(let report):
            merge(report, from: link, at: now, into: &actions)
        case .leave(let reason):
            loseChild(link, reason, at: now, into: &actions)
            actions.append(.close(link, reason))
        case .attachReply, .heartbeatReply, .beacon, .log, .chunk, .permits:
            actions.append(.close(link, "a child does not send message \(message.type)"))
        }
    }

    private mutating func answerAttach(
        _ summary: AttachSummary, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        let hasPath = uplink.attachedLink != nil && phase == .running
        let offer = AttachReply.Acceptance(
            path: uplink.path + [identity.rank], rootAgeMilliseconds: uplink.rootAgeMilliseconds(at: now),
            overlayMilliseconds: uplink.overlayMillisecondsAtMost(at: now) ?? membership.overlayMilliseconds(at: now),
            credit: ProtocolLimits.outputWindowBytes, logIndex: log.applied.index)
        let answer = children.answer(
            summary, on: link, capacity: identity.fanout * ProtocolLimits.adoptionFactor, offer: hasPath ? offer : nil)
        if let answer { actions.append(answer) }
    }

    private mutating func commitChild(
        _ stamp: AttachStamp, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        guard let commit = children.commit(stamp, on: link, parent: identity.rank) else {
            actions.append(.close(link, "commit of an attach that was not accepted"))
            return
        }
        for displaced in commit.displaced {
            for id in transfers.keys { transfers[id]?.fanout.remove(displaced) }
            barriersLose(displaced, at: now, into: &actions)
            actions.append(.close(displaced, "displaced by a later attach"))
        }
        // An authenticated link says more than what another child has claimed to be below it.
        if let child = children[link: link] { children.release(RankSet(child.rank), except: link) }
        if !commit.abandoned.isEmpty, let child = children[link: link] {
            subtreeNews.departed.append(
                SubtreeReport.Departure(
                    ranks: commit.abandoned, through: child.rank, reporter: identity.rank,
                    cause: "attached anew without them"))
        }
        for batch in log.batches(after: commit.applied) { actions.append(.send(link, .log(batch))) }
        startServing(link, subtree: commit.subtree, into: &actions)
        subtreeNews.joined.append(contentsOf: commit.joined)
        reportSubtreeSoon(at: now, into: &actions)
    }

    private mutating func merge(
        _ report: SubtreeReport, from link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        guard let child = children[link: link], child.isAttached else { return }
        let claimed = RankSet(report.joined.map(\.child))
        guard !claimed.contains(identity.rank), !claimed.contains(.controller) else {
            actions.append(.close(link, "claims this rank for its subtree"))
            return
        }
        // Nothing moves within the tree yet, so what is behind a sibling stays there. The root holds every edge
        // against its plan all the same: here a child could still claim ranks that have not come.
        let foreign = claimed.intersection(children.reachable).subtracting(child.subtree)
        if !foreign.isEmpty { actions.append(.note("rank \(child.rank) claimed ranks of its siblings: \(foreign)")) }
        let edges = report.joined.filter { !foreign.contains($0.child) }
        let joined = RankSet(edges.map(\.child))
        children.addToSubtree(link, joined)
        subtreeNews.joined.append(contentsOf: edges)
        for departure in report.departed {
            let ranks = departure.ranks.intersection(child.subtree).subtracting(RankSet(child.rank))
            children.removeFromSubtree(link, ranks)
            subtreeNews.departed.append(
                SubtreeReport.Departure(
                    ranks: ranks, through: departure.through, reporter: departure.reporter, cause: departure.cause))
        }
        if report.departed.isEmpty {
            reportSubtreeSoon(at: now, into: &actions)
        } else {
            subtreeShrank(at: now, into: &actions)
        }
        if !joined.isEmpty { startServing(link, subtree: joined, into: &actions) }
    }

    /// A child's link is gone: its subtree is out of reach from here, and that is said upward at once.
    mutating func loseChild(_ link: LinkID, _ reason: String, at now: Instant, into actions: inout [Action]) {
        guard let child = children.remove(link) else { return }
        for id in transfers.keys { transfers[id]?.fanout.remove(link) }
        guard child.isAttached else { return }
        barriersLose(link, at: now, into: &actions)
        if phase == .dissolving {
            leaveIfAlone(into: &actions)
            return
        }
        subtreeNews.departed.append(
            SubtreeReport.Departure(
                ranks: child.subtree, through: child.rank, reporter: identity.rank, cause: reason.cutForWire))
        subtreeShrank(at: now, into: &actions)
    }

    /// What no longer has to be waited for may be what was waited for last. What is known goes before the departure:
    /// the root gives up whatever has not ended when that comes, and an outcome that was held here is no less true.
    /// Outcomes are facts per rank, so none of them makes the account look complete before it is.
    private mutating func subtreeShrank(at now: Instant, into actions: inout [Action]) {
        for id in operations.keys {
            advance(id, at: now, into: &actions)
            if let link = uplink.attachedLink, let report = operations[id]?.rollup.takeReport(for: id) {
                actions.append(.send(link, .results(report)))
            }
        }
        advanceBarriers(at: now, into: &actions)
        reportSubtree(into: &actions)
    }

    mutating func watchChildren(at now: Instant, into actions: inout [Action]) {
        for silent in children.silent(at: now, own: lag, heartbeat: identity.heartbeatMilliseconds) {
            actions.append(.close(silent.link, "silent for \(silent.milliseconds) ms"))
            loseChild(silent.link, "silent for \(silent.milliseconds) ms", at: now, into: &actions)
        }
        guard children.count > 0 else { return }
        timers.set(.watch, at: now.advanced(byMilliseconds: identity.heartbeatMilliseconds))
    }
}

extension String {
    /// Within what the wire takes for a word of explanation.
    package var cutForWire: String {
        var cut = self
        while cut.utf8.count > WireLimits.detailBytesMax { cut.removeLast() }
        return cut
    }
}
