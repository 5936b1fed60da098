import OrderedCollections
import PlushTree
import PlushWire

extension ControllerNode {
    /// Brings hosts into the tree; may be called again, for the spares of a pool.
    package mutating func launch(_ ranks: RankSet, at now: Instant, into actions: inout [Action]) {
        for rank in launch.add(ranks, at: now) { actions.append(.startAgent(rank)) }
        timers.set(.launch, at: now.advanced(byMilliseconds: Self.launchCheckMilliseconds))
        reportLaunch(into: &actions)
        flush(into: &actions)
    }

    /// How often overdue and waiting hosts are looked for.
    static let launchCheckMilliseconds: UInt64 = 100

    mutating func agentHello(
        _ rank: Rank, _ hello: AgentHello, _ address: NetworkAddress, at now: Instant, into actions: inout [Action]
    ) {
        guard hello.version == WireLimits.version else {
            let reason =
                "the agent speaks version \(hello.version) of the protocol, this controller \(WireLimits.version)"
            failAgent(rank, reason, at: now, into: &actions)
            return
        }
        let next = launch.hello(rank, hello, address, at: now)
        proceed(next.placements, next.starts, at: now, into: &actions)
    }

    mutating func proceed(
        _ placements: [LaunchPlan.Placement], _ starts: [Rank], at now: Instant, into actions: inout [Action]
    ) {
        for rank in starts { actions.append(.startAgent(rank)) }
        for placement in placements {
            guard let bootstrap = bootstrap(for: placement, at: now) else { continue }
            actions.append(.sendBootstrap(placement.rank, bootstrap))
        }
    }

    private func bootstrap(for placement: LaunchPlan.Placement, at now: Instant) -> Bootstrap? {
        guard let key = launch.key(of: placement.rank) else { return nil }
        let parent: Bootstrap.Parent
        if placement.parent == .controller {
            parent = Bootstrap.Parent(rank: .controller, key: configuration.key, address: nil)
        } else {
            guard let contact = launch.contact(of: placement.parent) else { return nil }
            parent = Bootstrap.Parent(rank: placement.parent, key: contact.key, address: contact.address)
        }
        let index = Int(placement.rank.value)
        return Bootstrap(
            overlayKey: configuration.overlayKey, gateKey: configuration.gateKey,
            credential: configuration.credential,
            certificate: certificate(rank: placement.rank, incarnation: 1, key: key, capabilities: [.relay]),
            hostName: index < configuration.hostNames.count ? configuration.hostNames[index] : "rank\(index)",
            hostCount: UInt32(configuration.hostCount), overlayMilliseconds: now.milliseconds(since: begun),
            leaseMilliseconds: configuration.leaseMilliseconds,
            heartbeatMilliseconds: UInt32(clamping: configuration.heartbeatMilliseconds),
            fanout: UInt32(launch.fanout), parent: parent, rootKey: configuration.key,
            address: launch.address(of: placement.rank), contacts: contacts(for: placement))
    }

    /// Where an agent may go that cannot reach its parent: to the nodes above that, to the root, or to one of the
    /// root's children.
    private func contacts(for placement: LaunchPlan.Placement) -> [Contact] {
        var ranks: OrderedSet<Rank> = []
        for rank in path(to: placement.parent).reversed() where rank != .controller && rank != placement.parent {
            guard ranks.count < ProtocolLimits.lineageContactsMax / 2 else { break }
            ranks.append(rank)
        }
        for child in children.siblings(of: placement.rank, atMost: ProtocolLimits.siblingContactsMax)
        where child.rank != placement.parent {
            ranks.append(child.rank)
        }
        let others = ranks.compactMap { rank in
            launch.contact(of: rank).map { Contact(rank: rank, key: $0.key, address: $0.address) }
        }
        return others + (contact.map { [$0] } ?? [])
    }

    mutating func failAgent(_ rank: Rank, _ reason: String, at now: Instant, into actions: inout [Action]) {
        guard let next = launch.fail(rank, at: now) else { return }
        actions.append(.abandonAgent(rank, reason))
        actions.append(.notify(.unreachable(rank, reason)))
        proceed(next.placements, next.starts, at: now, into: &actions)
        reportLaunch(into: &actions)
    }

    private func cause(of step: LaunchPlan.Step) -> String {
        let milliseconds = configuration.connectMilliseconds
        let time = milliseconds % 1_000 == 0 ? "\(milliseconds / 1_000) s" : "\(milliseconds) ms"
        switch step {
        case .start(let waitedFor): return "\(waitedFor ?? "the agent did not answer") within \(time)"
        case .attach(let parent): return "the agent did not attach to \(name(parent)) within \(time)"
        case .room: return "no node of the tree had room for the agent within \(time)"
        }
    }

    /// What an agent says of a dial that failed, with the name of the host that it could not dial.
    func blaming(_ reason: String, _ rank: Rank) -> String {
        guard let parent = launch.parentAwaited(by: rank), reason.hasPrefix(LaunchMessage.parentUnreachable) else {
            return reason
        }
        return "\(LaunchMessage.parentUnreachable) \(name(parent))"
            + reason.dropFirst(LaunchMessage.parentUnreachable.count)
    }

    private func name(_ rank: Rank) -> String {
        if rank == .controller { return "the controller" }
        let index = Int(rank.value)
        return index < configuration.hostNames.count ? configuration.hostNames[index] : "rank \(rank)"
    }

    mutating func checkLaunch(at now: Instant, into actions: inout [Action]) {
        for late in launch.overdue(at: now, milliseconds: configuration.connectMilliseconds) {
            failAgent(late.rank, cause(of: late.step), at: now, into: &actions)
        }
        proceed(launch.placeImpatient(at: now), [], at: now, into: &actions)
        guard !launch.isSettled else { return }
        timers.set(.launch, at: now.advanced(byMilliseconds: Self.launchCheckMilliseconds))
    }

    func reportLaunch(into actions: inout [Action]) {
        guard launch.isSettled else { return }
        actions.append(.notify(.launched(joined: joined, failed: launch.failed)))
    }

    // exhaustive-switch
    mutating func receive(_ message: Message, on link: LinkID, at now: Instant, into actions: inout [Action]) {
        guard children[link: link] != nil else { return }
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
                echoMilliseconds: heartbeat.sentMilliseconds, rootAgeMilliseconds: 0,
                lagMilliseconds: UInt32(clamping: lag.milliseconds), path: [.controller])
            actions.append(.send(link, .heartbeatReply(reply)))
        case .subtree(let report):
            merge(report, from: link, at: now, into: &actions)
        case .results(let report):
            merge(report, from: link, at: now, into: &actions)
        case .output(let segment):
            receive(segment, from: link, at: now, into: &actions)
        case .credit(let total):
            children.update(link) { $0.chunks.grant(upTo: total) }
            for id in transfers.keys { transfers[id]?.pump(link, fresh: nil, children: &children, into: &actions) }
        case .barrierEntries(let report):
            merge(report, from: link, at: now, into: &actions)
        case .permitReport(let report):
            merge(report, from: link, at: now, into: &actions)
        case .applicationReport(let report):
            merge(report, from: link, into: &actions)
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
}
