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
            children.update(link) {
                $0.lagMilliseconds = UInt64(heartbeat.lagMilliseconds)
                $0.roundTripMilliseconds = UInt64(heartbeat.roundTripMilliseconds)
            }
            let reply = HeartbeatReply(
                echoMilliseconds: heartbeat.sentMilliseconds,
                rootAgeMilliseconds: uplink.rootAgeMilliseconds(at: now),
                lagMilliseconds: UInt32(clamping: lag.milliseconds), path: pathToTell)
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
            loseChild(link, reason, .ended, at: now, into: &actions)
            actions.append(.close(link, reason))
        case .detach(let reason):
            loseChild(link, reason, .left, at: now, into: &actions)
            actions.append(.close(link, reason))
        case .attachReply, .heartbeatReply, .beacon, .log, .chunk, .permits, .lineage, .outputAcknowledgement,
            .redirect, .retire:
            actions.append(.close(link, "a child does not send message \(message.type)"))
        }
    }

    private mutating func answerAttach(
        _ summary: AttachSummary, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        let capacity = rules.limitsDegree ? identity.fanout * ProtocolLimits.adoptionFactor : Int.max
        if let answer = children.answer(summary, on: link, capacity: capacity, verdict(on: summary, at: now)) {
            actions.append(answer)
        }
    }

    /// Who may come here, and when (rule 7).
    private func verdict(on summary: AttachSummary, at now: Instant) -> ChildTable.Verdict {
        guard uplink.attachedLink != nil, phase == .running, !uplink.path.isEmpty else {
            return .refuse("no path to the root")
        }
        if rules.refusesCycles {
            let below = RankSet(summary.subtree.map(\.child))
            guard !below.contains(identity.rank), below.isDisjoint(with: RankSet(uplink.path)) else {
                return .refuse("this node is below the one that asks")
            }
        }
        let age = uplink.rootAgeMilliseconds(at: now)
        let limit =
            max(ProtocolLimits.freshMilliseconds, identity.leaseMilliseconds / 4)
            + ProtocolLimits.lagFactor * lag.milliseconds
        guard age <= limit || !rules.adoptsWhenFresh else { return .refuse("has not heard of the root for \(age) ms") }
        if isRetired {
            return .busy(milliseconds: ProtocolLimits.busyMilliseconds, lineage?.contacts ?? [])
        }
        // Whoever knows less of the log would not know what the child's facts are about.
        guard summary.applied.index <= log.applied.index else {
            return .busy(milliseconds: ProtocolLimits.behindMilliseconds, [])
        }
        return .accept(
            AttachReply.Acceptance(
                path: uplink.path + [identity.rank], rootAgeMilliseconds: age,
                overlayMilliseconds: uplink.overlayMillisecondsAtMost(at: now)
                    ?? membership.overlayMilliseconds(at: now),
                credit: ProtocolLimits.outputWindowBytes, logIndex: log.applied.index))
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
        guard let child = children[link: link] else { return }
        // An authenticated link says more than what another child has claimed to be below it.
        children.release(RankSet(child.rank), except: link)
        map.add(commit.joined)
        subtreeNews.depart(
            SubtreeReport.Departure(
                ranks: commit.abandoned, through: child.rank, reporter: identity.rank,
                cause: "attached anew without them"))
        actions.append(.send(link, .lineage(lineage(for: child))))
        if rules.replaysLog {
            for batch in log.batches(after: commit.applied) { actions.append(.send(link, .log(batch))) }
        }
        startServing(link, subtree: commit.subtree, into: &actions)
        subtreeNews.join(commit.joined)
        reportSubtreeSoon(at: now, into: &actions)
        repeatFacts(of: commit.subtree, at: now, into: &actions)
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
        // Two children may claim a rank for a while: it has left one, which does not know it yet. Only the root can tell
        // which (it asks for proof); here the rank is behind both until one says that it is gone.
        children.addToSubtree(link, claimed)
        map.add(report.joined)
        subtreeNews.join(report.joined)
        subtreeNews.retire(report.retired.intersection(child.everBelow))
        for departure in report.departed {
            let ranks = departure.ranks.intersection(child.subtree).subtracting(RankSet(child.rank))
            children.removeFromSubtree(link, ranks)
            depart(departure.restricted(to: ranks))
        }
        if report.departed.isEmpty {
            reportSubtreeSoon(at: now, into: &actions)
        } else {
            subtreeShrank(at: now, into: &actions)
        }
        guard !claimed.isEmpty else { return }
        startServing(link, subtree: claimed, into: &actions)
        repeatFacts(of: claimed, at: now, into: &actions)
    }

    /// Facts of ranks that were elsewhere meanwhile may have come here before they did.
    private mutating func repeatFacts(of ranks: RankSet, at now: Instant, into actions: inout [Action]) {
        guard rules.repeatsFacts else { return }
        for id in operations.keys {
            operations[id]?.rollup.forgetReports(of: ranks)
            advance(id, at: now, into: &actions)
        }
    }

    /// Notes that ranks are out of reach, as far as no other child has them.
    private mutating func depart(_ departure: SubtreeReport.Departure) {
        let gone = departure.ranks.subtracting(children.reachable)
        map.remove(gone)
        subtreeNews.depart(departure.restricted(to: gone))
    }

    /// A child's link is gone: its subtree is out of reach from here, and that is said upward at once.
    mutating func loseChild(
        _ link: LinkID, _ reason: String, _ kind: SubtreeReport.Departure.Kind, at now: Instant,
        into actions: inout [Action]
    ) {
        guard let child = children.remove(link) else { return }
        for id in transfers.keys { transfers[id]?.fanout.remove(link) }
        guard child.isAttached else { return }
        barriersLose(link, at: now, into: &actions)
        if phase == .dissolving {
            leaveIfAlone(into: &actions)
            return
        }
        depart(
            SubtreeReport.Departure(
                ranks: child.subtree, through: child.rank, reporter: identity.rank, cause: reason.cutForWire,
                kind: kind))
        subtreeShrank(at: now, into: &actions)
    }

    /// What no longer has to be waited for may be what was waited for last. What is known goes before the departure:
    /// the root gives up whatever has not ended when that comes, and an outcome that was held here is no less true.
    /// Outcomes are facts per rank, so none of them makes the account look complete before it is.
    private mutating func subtreeShrank(at now: Instant, into actions: inout [Action]) {
        for id in operations.keys {
            advance(id, at: now, into: &actions)
            sendResults(of: id, into: &actions)
        }
        advanceBarriers(at: now, into: &actions)
        reportSubtree(into: &actions)
    }

    mutating func watchChildren(at now: Instant, into actions: inout [Action]) {
        for silent in children.silent(at: now, own: lag, heartbeat: identity.heartbeatMilliseconds) {
            actions.append(.close(silent.link, "silent for \(silent.milliseconds) ms"))
            loseChild(
                silent.link, "silent for \(silent.milliseconds) ms", .left, at: now, into: &actions)
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
