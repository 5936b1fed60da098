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

    private mutating func proceed(
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
            fanout: UInt32(launch.fanout), parent: parent)
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

    private func reportLaunch(into actions: inout [Action]) {
        guard launch.isSettled else { return }
        actions.append(.notify(.launched(joined: joined, failed: launch.failed)))
    }

    // exhaustive-switch
    mutating func receive(_ message: Message, on link: LinkID, at now: Instant, into actions: inout [Action]) {
        guard children[link: link] != nil else { return }
        children.update(link) { $0.heardAt = now }
        switch message {
        case .attach(let summary):
            let offer = AttachReply.Acceptance(
                path: [.controller], rootAgeMilliseconds: 0, overlayMilliseconds: now.milliseconds(since: begun),
                credit: ProtocolLimits.outputWindowBytes, logIndex: writer.durableIndex)
            let capacity = launch.fanout * ProtocolLimits.adoptionFactor
            if let answer = children.answer(summary, on: link, capacity: capacity, offer: offer) {
                actions.append(answer)
            }
        case .attachCommit(let stamp):
            commitChild(stamp, on: link, at: now, into: &actions)
        case .heartbeat(let heartbeat):
            children.update(link) { $0.lagMilliseconds = UInt64(heartbeat.lagMilliseconds) }
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
            loseChild(link, reason, at: now, into: &actions)
            actions.append(.close(link, reason))
        case .attachReply, .heartbeatReply, .beacon, .log, .chunk, .permits:
            actions.append(.close(link, "a child does not send message \(message.type)"))
        }
    }

    private mutating func commitChild(
        _ stamp: AttachStamp, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        guard let commit = children.commit(stamp, on: link, parent: .controller) else {
            actions.append(.close(link, "commit of an attach that was not accepted"))
            return
        }
        for displaced in commit.displaced {
            for id in transfers.keys { transfers[id]?.remove(displaced) }
            barriersLose(displaced, at: now)
            actions.append(.close(displaced, "displaced by a later attach"))
        }
        guard let rank = children[link: link]?.rank, launch.isPlaced(rank, under: .controller) else {
            actions.append(.close(link, "was not told to attach to the root"))
            _ = children.remove(link)
            return
        }
        for batch in writer.batches(after: commit.applied) { actions.append(.send(link, .log(batch))) }
        let edges = admissible(commit.joined, below: RankSet(), parent: .controller)
        children.removeFromSubtree(link, commit.subtree.subtracting(RankSet(edges.map(\.child))))
        join(edges, at: now, into: &actions)
        depart(
            SubtreeReport.Departure(
                ranks: commit.abandoned, through: rank, reporter: .controller, cause: "attached anew without them"),
            at: now, into: &actions)
        serveAll(link, into: &actions)
    }

    private mutating func serveAll(_ link: LinkID, into actions: inout [Action]) {
        guard let child = children[link: link] else { return }
        for id in transfers.keys { serve(id, to: child, into: &actions) }
    }

    /// The edges that agree with the plan and hang together: a child can claim none but those who were sent below it.
    private func admissible(_ edges: [TreeEdge], below subtree: RankSet, parent: Rank?) -> [TreeEdge] {
        var known = subtree
        return edges.filter { edge in
            guard edge.parent == parent || known.contains(edge.parent), launch.isPlaced(edge.child, under: edge.parent)
            else { return false }
            known.insert(edge.child)
            return true
        }
    }

    private mutating func join(_ edges: [TreeEdge], at now: Instant, into actions: inout [Action]) {
        guard !edges.isEmpty else { return }
        for edge in edges {
            parents[edge.child] = edge.parent
            departed.remove(edge.child)
            let placements = launch.joined(edge.child, under: edge.parent, at: now)
            actions.append(.notify(.joined(edge)))
            proceed(placements, [], at: now, into: &actions)
        }
        reportLaunch(into: &actions)
    }

    private mutating func merge(
        _ report: SubtreeReport, from link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        guard let child = children[link: link], child.isAttached else { return }
        let known = admissible(report.joined, below: child.subtree, parent: nil)
        if known.count < report.joined.count {
            actions.append(.note("rank \(child.rank) reported ranks that were not sent below it: ignored"))
        }
        children.addToSubtree(link, RankSet(known.map(\.child)))
        join(known, at: now, into: &actions)
        if !known.isEmpty { serveAll(link, into: &actions) }
        for departure in report.departed {
            let ranks = departure.ranks.intersection(child.subtree).subtracting(RankSet(child.rank))
            children.removeFromSubtree(link, ranks)
            depart(
                SubtreeReport.Departure(
                    ranks: ranks, through: departure.through, reporter: departure.reporter, cause: departure.cause),
                at: now, into: &actions)
        }
    }

    mutating func loseChild(_ link: LinkID, _ reason: String, at now: Instant, into actions: inout [Action]) {
        guard let child = children.remove(link) else { return }
        for id in transfers.keys { transfers[id]?.remove(link) }
        barriersLose(link, at: now)
        guard child.isAttached else {
            failAgent(child.rank, "the link closed before it was attached: \(reason)", at: now, into: &actions)
            return
        }
        if isDissolving {
            if children.attachedCount == 0 { dissolved(into: &actions) }
            return
        }
        depart(
            SubtreeReport.Departure(
                ranks: child.subtree, through: child.rank, reporter: .controller, cause: reason.cutForWire),
            at: now, into: &actions)
    }

    /// Ranks are out of reach. Nothing mends the tree yet, so the root gives them up at once, and says so.
    private mutating func depart(
        _ departure: SubtreeReport.Departure, at now: Instant, into actions: inout [Action]
    ) {
        guard !departure.ranks.isEmpty else { return }
        departed.formUnion(departure.ranks)
        launch.depart(departure.ranks)
        actions.append(.notify(.departed(departure, path: path(to: departure.through))))
        let detail =
            departure.ranks.count == 1
            ? departure.cause : "relay \(departure.through) is gone: \(departure.cause)"
        for id in operations.keys {
            giveUp(departure.ranks, in: id, Outcome(.lost, detail: detail.cutForWire), at: now, into: &actions)
        }
    }

    /// From the root to a rank, as last known.
    package func path(to rank: Rank) -> [Rank] {
        var path = [rank]
        while let parent = parents[path[path.count - 1]], path.count <= WireLimits.depthMax { path.append(parent) }
        return path.reversed()
    }

    /// Who is whose parent, as last known.
    package func parent(of rank: Rank) -> Rank? {
        parents[rank]
    }

    mutating func watchChildren(at now: Instant, into actions: inout [Action]) {
        timers.set(.watch, at: now.advanced(byMilliseconds: configuration.heartbeatMilliseconds))
        for silent in children.silent(at: now, own: lag, heartbeat: configuration.heartbeatMilliseconds) {
            actions.append(.close(silent.link, "silent for \(silent.milliseconds) ms"))
            loseChild(silent.link, "silent for \(silent.milliseconds) ms", at: now, into: &actions)
        }
    }
}
