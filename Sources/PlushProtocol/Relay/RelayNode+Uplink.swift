import OrderedCollections
import PlushTree
import PlushWire

extension RelayNode {
    mutating func openParent(_ link: LinkID, at now: Instant, into actions: inout [Action]) {
        guard let stamp = uplink.opened(link, incarnation: identity.incarnation, at: now) else {
            actions.append(.close(link, "not awaited"))
            return
        }
        let own = TreeEdge(child: identity.rank, incarnation: identity.incarnation, parent: identity.parent.rank)
        let summary = AttachSummary(
            stamp: stamp, highestEpoch: membership.credential.epoch, applied: log.applied,
            rosterVersion: membership.rosterVersion, subtree: [own])
        actions.append(.send(link, .attach(summary)))
    }

    // exhaustive-switch
    mutating func receiveFromParent(
        _ message: Message, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        uplink.heard(at: now)
        switch message {
        case .attachReply(let reply):
            attachAnswered(reply, on: link, at: now, into: &actions)
        case .heartbeatReply(let reply):
            heartbeatAnswered(reply, on: link, at: now, into: &actions)
        case .beacon(let beacon):
            receive(beacon, on: link, at: now, into: &actions)
        case .log(let batch):
            receive(batch, on: link, at: now, into: &actions)
        case .chunk(let chunk):
            receive(chunk, on: link, into: &actions)
        case .credit(let total):
            outputs.grant(upTo: total)
            pumpOutput(at: now, into: &actions)
        case .permits(let lease):
            receive(lease, at: now, into: &actions)
        case .attach, .attachCommit, .heartbeat, .subtree, .results, .output, .leave,
            .barrierEntries, .permitReport, .applicationReport:
            actions.append(.close(link, "a parent does not send message \(message.type)"))
        }
    }

    private mutating func attachAnswered(
        _ reply: AttachReply, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        switch reply {
        case .accepted(let acceptance):
            guard !acceptance.path.contains(identity.rank) else {
                actions.append(.close(link, "the parent's path leads through this very rank"))
                return
            }
            guard let stamp = uplink.accepted(acceptance, on: link, at: now) else { return }
            log.expectReplay(upTo: acceptance.logIndex)
            outputs.reset(granted: acceptance.credit)
            chunkWindow = CreditWindow(windowBytes: ProtocolLimits.chunkWindowBytes)
            actions.append(.send(link, .attachCommit(stamp)))
            actions.append(.attached)
            reportSubtree(into: &actions)
            reportBarriers(at: now, into: &actions)
            sendWords(into: &actions)
        case .busy(let retryAfterMilliseconds):
            end("the parent is full (retry after \(retryAfterMilliseconds) ms)", into: &actions)
        case .refused(let reason):
            end("the parent refused: \(reason)", into: &actions)
        }
    }

    private mutating func heartbeatAnswered(
        _ reply: HeartbeatReply, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        let sent = Instant(nanoseconds: reply.echoMilliseconds &* 1_000_000)
        guard sent <= now, reply.echoMilliseconds < UInt64.max / 1_000_000 else {
            actions.append(.close(link, "answer to a heartbeat that was not sent"))
            return
        }
        guard !reply.path.contains(identity.rank) else {
            actions.append(.close(link, "the parent's path leads through this very rank"))
            return
        }
        uplink.note(reply, sentAt: sent)
    }

    private mutating func receive(
        _ beacon: Beacon, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        if let refusal = membership.refusal(of: beacon) {
            actions.append(.close(link, refusal))
            return
        }
        uplink.noteBeacon(overlayMilliseconds: beacon.overlayMilliseconds, at: now)
        for child in children.attachedLinks { actions.append(.send(child, .beacon(beacon))) }
    }

    /// The heartbeat's tick: signs of life up, lease and parent's silence checked.
    mutating func beat(at now: Instant, into actions: inout [Action]) {
        timers.set(.heartbeat, at: now.advanced(byMilliseconds: identity.heartbeatMilliseconds))
        let age = uplink.rootAgeMilliseconds(at: now)
        guard age <= identity.leaseMilliseconds else {
            end("no sign of the controller for \(age) ms: the lease is over", into: &actions)
            return
        }
        guard let link = uplink.attachedLink else { return }
        let limit = lag.silenceMilliseconds(
            peerLag: uplink.parentLagMilliseconds, heartbeat: identity.heartbeatMilliseconds)
        if let heard = uplink.heardAt, now.milliseconds(since: heard) > limit {
            actions.append(.close(link, "the parent was silent for \(now.milliseconds(since: heard)) ms"))
            return
        }
        let heartbeat = Heartbeat(
            sentMilliseconds: now.milliseconds, lagMilliseconds: UInt32(clamping: lag.milliseconds),
            applied: log.applied)
        actions.append(.send(link, .heartbeat(heartbeat)))
    }

    /// Without a parent: commands go on, nothing can be reported, the lease decides. Finding another parent begins
    /// here once there are contacts to try (rule 7).
    mutating func loseParent(_ reason: String, at now: Instant, into actions: inout [Action]) {
        let wasAttached = uplink.attachedLink != nil
        uplink.lost(at: now)
        guard wasAttached else {
            end("the parent closed the link before this agent was attached: \(reason)", into: &actions)
            return
        }
        actions.append(.note("lost the parent: \(reason)"))
        if phase == .dissolving { end("dissolved", into: &actions) }
    }

    /// At once when nothing has been reported for a while (a chain joins one by one, and must not wait at every
    /// level); else together with what comes in the next milliseconds (a storm of joins is one report).
    mutating func reportSubtreeSoon(at now: Instant, into actions: inout [Action]) {
        let due = subtreeReportedAt?.advanced(byMilliseconds: ProtocolLimits.subtreeReportMilliseconds) ?? now
        guard due <= now else {
            timers.setIfIdle(.subtree, at: due)
            return
        }
        subtreeReportedAt = now
        timers.cancel(.subtree)
        reportSubtree(into: &actions)
    }

    mutating func reportSubtree(into actions: inout [Action]) {
        guard let link = uplink.attachedLink else { return }
        guard !subtreeNews.joined.isEmpty || !subtreeNews.departed.isEmpty else { return }
        actions.append(.send(link, .subtree(subtreeNews)))
        subtreeNews = SubtreeReport()
    }
}
