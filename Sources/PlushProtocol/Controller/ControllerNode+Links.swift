import OrderedCollections
import PlushTree
import PlushWire

/// Who is where: what the root believes of what it is told about the tree, and what it does about it.
extension ControllerNode {
    mutating func answerAttach(
        _ summary: AttachSummary, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        let offer = AttachReply.Acceptance(
            path: [.controller], rootAgeMilliseconds: 0, overlayMilliseconds: now.milliseconds(since: begun),
            credit: ProtocolLimits.outputWindowBytes, logIndex: writer.durableIndex)
        let capacity = rules.limitsDegree ? launch.fanout * ProtocolLimits.adoptionFactor : Int.max
        if let answer = children.answer(summary, on: link, capacity: capacity, .accept(offer)) {
            actions.append(answer)
        }
    }

    mutating func commitChild(
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
        guard let rank = children[link: link]?.rank, let own = commit.joined.first, isTrue(own) else {
            actions.append(.close(link, "was not told to attach to the root"))
            _ = children.remove(link)
            return
        }
        let lineage = Lineage(
            path: [.controller],
            contacts: (contact.map { [$0] } ?? [])
                + children.siblings(of: rank, atMost: ProtocolLimits.siblingContactsMax))
        actions.append(.send(link, .lineage(lineage)))
        if rules.replaysLog {
            for batch in writer.batches(after: commit.applied) { actions.append(.send(link, .log(batch))) }
        }
        let edges = admissible(commit.joined, below: RankSet(), parent: .controller)
        let ranks = RankSet(edges.map(\.child))
        children.removeFromSubtree(link, commit.subtree.subtracting(ranks))
        children.release(ranks, except: link)
        depart(
            SubtreeReport.Departure(
                ranks: commit.abandoned, through: rank, reporter: .controller, cause: "attached anew without them"),
            at: now, into: &actions)
        take(edges, at: now, into: &actions)
        serveAll(link, into: &actions)
        advanceBarriers(at: now, into: &actions)
    }

    private mutating func serveAll(_ link: LinkID, into actions: inout [Action]) {
        guard let child = children[link: link] else { return }
        for id in transfers.keys { serve(id, to: child, into: &actions) }
    }

    /// The edges that hang together and are true. Of a rank that is said to be here but in a place that is not true, the
    /// place that is known stands: a liar below may have said so, and those above it cannot tell.
    private func admissible(_ claimed: [TreeEdge], below subtree: RankSet, parent: Rank?) -> [TreeEdge] {
        var inside = subtree
        var believed: [TreeEdge] = []
        var doubtful: [TreeEdge] = []
        for edge in claimed {
            if edge.parent == parent || inside.contains(edge.parent), isTrue(edge) {
                inside.insert(edge.child)
                believed.append(edge)
            } else {
                doubtful.append(edge)
            }
        }
        var isMore = !doubtful.isEmpty
        while isMore {
            isMore = false
            for edge in doubtful where !inside.contains(edge.child) {
                let known = inside.contains(edge.parent) && isTrue(edge) ? edge : edges[edge.child]
                guard let known, inside.contains(known.parent), isTrue(known) else { continue }
                inside.insert(known.child)
                believed.append(known)
                isMore = true
            }
        }
        return believed
    }

    /// Whether a rank is where an edge says: it is known to be there; or the root sent it there; or it says so itself,
    /// later than anything else that it said (P2).
    private func isTrue(_ edge: TreeEdge) -> Bool {
        guard launch.admits(edge.child), edge.incarnation == launch.incarnation(of: edge.child) else { return false }
        if let known = edges[edge.child], known.incarnation == edge.incarnation {
            if known.stamp == edge.stamp, known.parent == edge.parent { return true }
            if rules.comparesStamps, edge.stamp <= known.stamp { return false }
        }
        if edge.attempt == 1, launch.isPlaced(edge.child, under: edge.parent) { return true }
        guard rules.demandsProof else { return true }
        guard let proof = edge.proof, let key = launch.key(of: edge.child) else { return false }
        return proof == tools.prove(edge.statement(overlay: overlay), key)
    }

    /// Believes edges: whoever is new has joined, whoever was elsewhere has moved, whoever was away is back.
    private mutating func take(_ taken: [TreeEdge], at now: Instant, into actions: inout [Action]) {
        guard !taken.isEmpty else { return }
        var rerouted = RankSet()
        var isAnyNew = false
        var returned = RankSet()
        for edge in taken {
            let before = edges[edge.child]
            edges[edge.child] = edge
            rerouted.insert(edge.child)
            if absences.ranks.contains(edge.child) { returned.insert(edge.child) }
            if let before, before.incarnation == edge.incarnation, !departed.contains(edge.child) {
                guard before != edge else { continue }
                launch.moved(edge.child, to: edge.parent)
                actions.append(.notify(.moved(edge, from: before.parent)))
            } else {
                isAnyNew = true
                departed.remove(edge.child)
                let placements = launch.joined(edge.child, under: edge.parent, at: now)
                actions.append(.notify(.joined(edge)))
                proceed(placements, [], at: now, into: &actions)
            }
        }
        let told = absences.remove(returned)
        if !told.isEmpty { actions.append(.notify(.returned(told))) }
        askForOutput(of: rerouted, into: &actions)
        if isAnyNew { reportLaunch(into: &actions) }
    }

    mutating func merge(
        _ report: SubtreeReport, from link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        guard let child = children[link: link], child.isAttached else { return }
        let known = admissible(report.joined, below: child.subtree, parent: nil)
        if known.count < report.joined.count {
            actions.append(.note("rank \(child.rank) reported ranks that are not below it: ignored"))
        }
        if !known.isEmpty {
            let ranks = RankSet(known.map(\.child))
            children.addToSubtree(link, ranks)
            children.release(ranks, except: link)
            take(known, at: now, into: &actions)
            serveAll(link, into: &actions)
            advanceBarriers(at: now, into: &actions)
        }
        let retired = report.retired.intersection(child.everBelow)
        if !retired.isEmpty { actions.append(.notify(.retired(retired))) }
        for departure in report.departed {
            let ranks = departure.ranks.intersection(child.subtree).subtracting(RankSet(child.rank))
            children.removeFromSubtree(link, ranks)
            depart(departure.restricted(to: ranks), at: now, into: &actions)
        }
    }

    mutating func loseChild(
        _ link: LinkID, _ reason: String, _ kind: SubtreeReport.Departure.Kind, at now: Instant,
        into actions: inout [Action]
    ) {
        guard let child = children.remove(link) else { return }
        for id in transfers.keys { transfers[id]?.remove(link) }
        barriersLose(link, at: now)
        guard child.isAttached else {
            // Whoever was in the tree before may be looking for another place.
            guard edges[child.rank] == nil else { return }
            failAgent(child.rank, "the link closed before it was attached: \(reason)", at: now, into: &actions)
            return
        }
        if isDissolving {
            if children.attachedCount == 0 { dissolved(into: &actions) }
            return
        }
        depart(
            SubtreeReport.Departure(
                ranks: child.subtree, through: child.rank, reporter: .controller, cause: reason.cutForWire,
                kind: kind),
            at: now, into: &actions)
    }

    // MARK: - Without a path

    /// There is no path to these ranks. They are likely to find one themselves, and have some time for that.
    private mutating func depart(
        _ departure: SubtreeReport.Departure, at now: Instant, into actions: inout [Action]
    ) {
        let gone = departure.ranks.subtracting(children.reachable).subtracting(departed).intersection(joined)
        guard !gone.isEmpty else { return }
        absences.remove(gone)
        let lagged = ProtocolLimits.lagFactor * lag.milliseconds
        let path = path(to: departure.through)
        // The node itself may be known to be dead, or be likely to be.
        let itself = gone.intersection(RankSet(departure.through))
        for (ranks, patience) in [
            (itself, departure.kind.patienceMilliseconds),
            (gone.subtracting(itself), ProtocolLimits.absenceMilliseconds),
        ] where !ranks.isEmpty {
            let until = now.advanced(byMilliseconds: patience > 0 ? patience + lagged : 0)
            absences.add(departure.restricted(to: ranks), path: path, since: now, until: until)
        }
        if departure.kind == .ended { giveUpAbsent(at: now, into: &actions) }
        timers.set(.absence, at: absences.nextDeadline ?? now)
    }

    /// Those who have not come back in their time are lost; that is final for what was asked of them (rule 3).
    mutating func giveUpAbsent(at now: Instant, into actions: inout [Action]) {
        for absence in absences.takeUntold(at: now) {
            actions.append(.notify(.away(absence.departure, path: absence.path)))
        }
        for absence in absences.takeDue(at: now) {
            let departure = absence.departure
            departed.formUnion(departure.ranks)
            launch.depart(departure.ranks)
            actions.append(.notify(.departed(departure, path: absence.path)))
            let itself = departure.ranks.intersection(RankSet(departure.through))
            let others = departure.ranks.subtracting(itself)
            let detail = "relay \(departure.through) is gone: \(departure.cause)".cutForWire
            for id in operations.keys {
                giveUp(itself, in: id, Outcome(.lost, detail: departure.cause), at: now, into: &actions)
                giveUp(others, in: id, Outcome(.lost, detail: detail), at: now, into: &actions)
            }
        }
        if let deadline = absences.nextDeadline { timers.set(.absence, at: deadline) }
    }

    // MARK: - What is known

    /// From the root to a rank, as last known.
    package func path(to rank: Rank) -> [Rank] {
        var path = [rank]
        while let parent = edges[path[path.count - 1]]?.parent, path.count <= WireLimits.depthMax {
            path.append(parent)
        }
        return path.reversed()
    }

    /// Who is whose parent, as last known.
    package func parent(of rank: Rank) -> Rank? {
        edges[rank]?.parent
    }

    /// Hosts to which there is no path at the moment, and which are waited for.
    package var away: RankSet {
        absences.ranks
    }

    mutating func watchChildren(at now: Instant, into actions: inout [Action]) {
        timers.set(.watch, at: now.advanced(byMilliseconds: configuration.heartbeatMilliseconds))
        for silent in children.silent(at: now, own: lag, heartbeat: configuration.heartbeatMilliseconds) {
            let reason = "silent for \(silent.milliseconds) ms"
            actions.append(.close(silent.link, reason))
            loseChild(silent.link, reason, .left, at: now, into: &actions)
        }
        guard !isDissolving else { return }
        let retired = children.care(fanout: launch.fanout, own: contact, lag: lag, at: now, into: &actions)
        if !retired.isEmpty { actions.append(.notify(.retired(RankSet(retired)))) }
    }
}

extension SubtreeReport.Departure.Kind {
    /// How long the root waits for a node whose link went this way.
    fileprivate var patienceMilliseconds: UInt64 {
        switch self {
        case .left: return ProtocolLimits.absenceMilliseconds
        case .closed: return ProtocolLimits.closedAbsenceMilliseconds
        case .ended: return 0
        }
    }
}
