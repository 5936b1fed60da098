import OrderedCollections
import PlushTree
import PlushWire

/// What passes between a node and its committed parent.
extension RelayNode {
    // exhaustive-switch
    mutating func receiveFromParent(
        _ message: Message, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        uplink.heard(at: now)
        switch message {
        case .heartbeatReply(let reply):
            heartbeatAnswered(reply, on: link, at: now, into: &actions)
        case .beacon(let beacon):
            receive(beacon, on: link, at: now, into: &actions)
        case .log(let batch):
            receive(batch, on: link, at: now, into: &actions)
        case .chunk(let chunk):
            receive(chunk, on: link, at: now, into: &actions)
        case .credit(let total):
            outputs.grant(upTo: total)
            pumpOutput(at: now, into: &actions)
        case .lineage(let told):
            receive(told, on: link, at: now, into: &actions)
        case .outputAcknowledgement(let acknowledgement):
            receive(acknowledgement, at: now, into: &actions)
        case .redirect(let contacts):
            redirect(to: contacts, at: now, into: &actions)
        case .retire(let contacts):
            retire(to: contacts, at: now, into: &actions)
        case .permits(let lease):
            receive(lease, at: now, into: &actions)
        case .attachReply, .attach, .attachCommit, .heartbeat, .subtree, .results, .output, .leave, .detach,
            .barrierEntries, .permitReport, .applicationReport:
            rejectParent(link, "a parent does not send message \(message.type)", at: now, into: &actions)
        }
    }

    private mutating func heartbeatAnswered(
        _ reply: HeartbeatReply, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        let sent = Instant(nanoseconds: reply.echoMilliseconds &* 1_000_000)
        guard sent <= now, reply.echoMilliseconds < UInt64.max / 1_000_000 else {
            rejectParent(link, "answer to a heartbeat that was not sent", at: now, into: &actions)
            return
        }
        if rules.refusesCycles, let cycle = cycle(in: reply.path) {
            actions.append(.close(link, cycle))
            loseParent(cycle, at: now, into: &actions)
            return
        }
        if uplink.note(reply, sentAt: sent, at: now) { sendLineage(into: &actions) }
        leaveIfStale(at: now, into: &actions)
    }

    private mutating func receive(
        _ told: Lineage, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        if rules.refusesCycles, let cycle = cycle(in: told.path) {
            actions.append(.close(link, cycle))
            loseParent(cycle, at: now, into: &actions)
            return
        }
        let isNew = told != lineage
        lineage = told
        // A parent that is looking for one itself has no path to tell; what was known stays, to recognise cycles.
        if !told.path.isEmpty { _ = uplink.note(path: told.path) }
        if isNew { sendLineage(into: &actions) }
    }

    private mutating func receive(
        _ beacon: Beacon, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        if let refusal = membership.refusal(of: beacon) {
            rejectParent(link, refusal, at: now, into: &actions)
            return
        }
        uplink.noteBeacon(overlayMilliseconds: beacon.overlayMilliseconds, at: now)
        for child in children.attachedLinks { actions.append(.send(child, .beacon(beacon))) }
        leaveIfStale(at: now, into: &actions)
    }

    /// The heartbeat's tick: signs of life up, lease and parent's silence checked.
    mutating func beat(at now: Instant, into actions: inout [Action]) {
        timers.set(.heartbeat, at: now.advanced(byMilliseconds: identity.heartbeatMilliseconds))
        let age = uplink.rootAgeMilliseconds(at: now)
        guard age <= identity.leaseMilliseconds || !rules.endsWithLease else {
            end("no sign of the controller for \(age) ms: the lease is over", into: &actions)
            return
        }
        guard let link = uplink.attachedLink else { return }
        let limit = lag.silenceMilliseconds(
            peerLag: uplink.parentLagMilliseconds, heartbeat: identity.heartbeatMilliseconds)
        if let heard = uplink.heardAt, now.milliseconds(since: heard) > limit {
            let reason = "the parent was silent for \(now.milliseconds(since: heard)) ms"
            actions.append(.send(link, .detach(reason)))
            actions.append(.close(link, reason))
            loseParent(reason, at: now, into: &actions)
            return
        }
        let heartbeat = Heartbeat(
            sentMilliseconds: now.milliseconds, lagMilliseconds: UInt32(clamping: lag.milliseconds),
            roundTripMilliseconds: UInt32(clamping: uplink.roundTripMilliseconds), applied: log.applied)
        actions.append(.send(link, .heartbeat(heartbeat)))
        leaveIfStale(at: now, into: &actions)
        careForChildren(at: now, into: &actions)
    }

    /// Sends what is known of an operation and has not been told. Who has come since goes before it, and so does what
    /// processes have said: once it knows their end, the root hears them no more.
    mutating func sendResults(of id: OperationID, into actions: inout [Action]) {
        guard let link = uplink.attachedLink, operations[id]?.rollup.hasNews == true else { return }
        reportJoined(into: &actions)
        if applicationWords.has(id) { sendWords(into: &actions) }
        guard let report = operations[id]?.rollup.takeReport(for: id) else { return }
        actions.append(.send(link, .results(report)))
    }

    /// Who has come below is told before anything that comes from there.
    mutating func reportJoined(into actions: inout [Action]) {
        guard let link = uplink.attachedLink, let report = subtreeNews.takeJoined() else {
            return
        }
        actions.append(.send(link, .subtree(report)))
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
        guard let link = uplink.attachedLink, let report = subtreeNews.take() else { return }
        actions.append(.send(link, .subtree(report)))
    }
}
