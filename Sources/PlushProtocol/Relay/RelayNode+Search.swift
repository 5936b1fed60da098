import OrderedCollections
import PlushTree
import PlushWire

/// Finding a parent, the first and every later one (rules 7 and 8).
extension RelayNode {
    /// Dials whom it is time to dial, and sees to it that the search goes on.
    mutating func advanceSearch(at now: Instant, into actions: inout [Action]) {
        timers.cancel(.search)
        guard search.isActive, phase == .running else { return }
        for late in search.takeOverdue(at: now) {
            guard let link = late.link else { continue }
            uplink.withdraw(link)
            actions.append(.close(link, "no answer to the attach"))
        }
        for candidate in search.due(at: now) { actions.append(.dial(candidate.parent)) }
        if search.isExhausted { exhausted("nobody takes this agent in", at: now, into: &actions) }
        if let deadline = search.nextDeadline { timers.set(.search, at: deadline) }
    }

    private mutating func exhausted(_ reason: String, at now: Instant, into actions: inout [Action]) {
        switch search.reason {
        case .launch:
            end("\(LaunchMessage.parentUnreachable): \(reason)", into: &actions)
        case .redirected:
            _ = search.end()
        case .orphaned, .stale:
            search.begin(search.reason ?? .orphaned, candidates(), at: now)
        case nil:
            break
        }
    }

    /// Whom this node knows that is not below it, the likeliest first.
    private func candidates() -> [ParentSearch.Candidate] {
        let contacts = (lineage?.contacts ?? []) + identity.contacts
        var known: OrderedSet<Rank> = [identity.rank]
        if let parent = uplink.parent { known.append(parent) }
        return contacts.filter { contact in
            known.append(contact.rank).inserted && !isBelow(contact.rank)
        }.map { ParentSearch.Candidate($0) }
    }

    /// Whoever is below a node is no parent for it.
    private func isBelow(_ rank: Rank) -> Bool {
        rules.refusesCycles && children.reachable.contains(rank)
    }

    /// Somebody who was dialled will not be the parent.
    mutating func candidateFailed(_ rank: Rank, _ reason: String, at now: Instant, into actions: inout [Action]) {
        search.failed(rank, at: now)
        if search.isExhausted { exhausted(reason, at: now, into: &actions) }
        advanceSearch(at: now, into: &actions)
    }

    mutating func openParent(_ link: LinkID, _ rank: Rank, at now: Instant, into actions: inout [Action]) {
        guard search.isDialling(rank), phase == .running else {
            actions.append(.close(link, "not awaited"))
            return
        }
        let stamp = uplink.opened(link, to: rank, incarnation: identity.incarnation, at: now)
        search.attaching(rank, on: link)
        var own = TreeEdge(
            child: identity.rank, incarnation: identity.incarnation, parent: rank, attempt: stamp.attempt)
        // Where the root itself has named the parent nothing has to be proved.
        if stamp.attempt > 1 || rank != identity.parent.rank {
            own.proof = tools.prove(own.statement(overlay: membership.overlay), identity.rootKey)
        }
        let direct = children.all.compactMap { $0.isAttached ? $0.edge : nil }
        let below = map.edges(direct: direct, among: children.reachable)
        let summary = AttachSummary(
            stamp: stamp, highestEpoch: membership.credential.epoch, applied: log.applied,
            rosterVersion: membership.rosterVersion, subtree: [own] + below, contact: identity.contact,
            transfers: transfers.map { AttachSummary.OpenTransfer(operation: $0.key, have: $0.value.nextArrival) })
        actions.append(.send(link, .attach(summary)))
    }

    /// What comes over a link on which an attach has been sent.
    mutating func receiveAnswer(
        _ message: Message, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        guard let offer = uplink.offer(on: link) else { return }
        guard case .attachReply(let reply) = message else {
            // What a parent sends to all its children may come before the commit.
            return
        }
        switch reply {
        case .accepted(let acceptance):
            if let refusal = refusal(of: acceptance) {
                drop(link, offer, refusal, into: &actions)
                candidateFailed(offer.rank, refusal, at: now, into: &actions)
            } else {
                commit(acceptance, on: link, at: now, into: &actions)
            }
        case .busy(let milliseconds, let contacts):
            drop(link, offer, "full", into: &actions)
            let others = contacts.filter { $0.rank != identity.rank && !isBelow($0.rank) }
            search.busy(offer.rank, retryAfter: UInt64(milliseconds), others, at: now)
            if search.isExhausted { exhausted("the parent is full", at: now, into: &actions) }
            advanceSearch(at: now, into: &actions)
        case .refused(let reason):
            drop(link, offer, "refused", into: &actions)
            candidateFailed(offer.rank, "the parent refused: \(reason)", at: now, into: &actions)
        }
    }

    private mutating func drop(_ link: LinkID, _ offer: Uplink.Offer, _ reason: String, into actions: inout [Action]) {
        uplink.withdraw(link)
        actions.append(.close(link, reason))
    }

    /// Why a node that would take this one in is no parent for it; nil when it is.
    private func refusal(of acceptance: AttachReply.Acceptance) -> String? {
        guard rules.refusesCycles else { return nil }
        return cycle(in: acceptance.path)
    }

    func cycle(in path: [Rank]) -> String? {
        if path.contains(identity.rank) { return "the parent's path leads through this very rank" }
        return nil
    }

    /// Exactly one commit at a time (P2): all other offers are withdrawn, and the parent before is left.
    private mutating func commit(
        _ acceptance: AttachReply.Acceptance, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        guard let (stamp, before) = uplink.commit(acceptance, on: link, at: now) else { return }
        for other in search.end() where other != link {
            uplink.withdraw(other)
            actions.append(.close(other, "another parent was faster"))
        }
        timers.cancel(.search)
        if let before {
            actions.append(.send(before, .detach("moved below rank \(uplink.parent ?? identity.parent.rank)")))
            actions.append(.close(before, "moved"))
        }
        lineage = nil
        log.expectReplay(upTo: acceptance.logIndex)
        outputs.reset(granted: acceptance.credit)
        chunkWindow = CreditWindow(windowBytes: ProtocolLimits.chunkWindowBytes)
        actions.append(.send(link, .attachCommit(stamp)))
        actions.append(.attached)
        sendLineage(into: &actions)
        reportSubtree(into: &actions)
        repeatFacts(at: now, into: &actions)
        reportBarriers(at: now, into: &actions)
        sendWords(into: &actions)
        pumpOutput(at: now, into: &actions)
    }

    /// What was told to an earlier parent may have been lost with it (rule 17).
    private mutating func repeatFacts(at now: Instant, into actions: inout [Action]) {
        for id in operations.keys {
            if rules.repeatsFacts { operations[id]?.rollup.forgetReports() }
            sendResults(of: id, into: &actions)
            advance(id, at: now, into: &actions)
        }
    }

    /// Commands go on; nothing can be reported until another parent is found, and the lease decides (rule 8).
    mutating func loseParent(_ reason: String, at now: Instant, into actions: inout [Action]) {
        uplink.lost()
        actions.append(.note("lost the parent: \(reason)"))
        guard phase == .running else {
            if phase == .dissolving { end("dissolved", into: &actions) }
            return
        }
        if search.isActive { for link in search.end() { withdrawOffer(link, into: &actions) } }
        search.begin(.orphaned, candidates(), at: now)
        advanceSearch(at: now, into: &actions)
    }

    private mutating func withdrawOffer(_ link: LinkID, into actions: inout [Action]) {
        uplink.withdraw(link)
        actions.append(.close(link, "no longer wanted"))
    }

    /// A parent that breaks the rules is left, and not chosen again while there is anybody else.
    mutating func rejectParent(_ link: LinkID, _ reason: String, at now: Instant, into actions: inout [Action]) {
        actions.append(.close(link, reason))
        guard link == uplink.attachedLink else { return }
        if let rank = uplink.parent { search.distrust(rank) }
        loseParent(reason, at: now, into: &actions)
    }

    /// The parent is there, but the root is not behind it: whoever lost it above has had its time (rule 8).
    mutating func leaveIfStale(at now: Instant, into actions: inout [Action]) {
        guard uplink.attachedLink != nil, phase == .running else { return }
        let lagged = ProtocolLimits.lagFactor * max(lag.milliseconds, uplink.parentLagMilliseconds)
        let depth = UInt64(max(uplink.path.count, 1))
        let patience =
            max(ProtocolLimits.staleMilliseconds, identity.leaseMilliseconds / 5 * 2)
            + depth * ProtocolLimits.stalePerLevelMilliseconds + lagged
        let age = uplink.rootAgeMilliseconds(at: now)
        if age > min(patience, identity.leaseMilliseconds / 5 * 4) {
            guard !search.isActive else { return }
            search.begin(.stale, candidates(), at: now)
            advanceSearch(at: now, into: &actions)
        } else if search.reason == .stale {
            for link in search.end() { withdrawOffer(link, into: &actions) }
        }
    }

    /// The parent asks this node to go elsewhere.
    mutating func redirect(to contacts: [Contact], at now: Instant, into actions: inout [Action]) {
        guard !search.isActive, phase == .running else { return }
        let others = contacts.filter {
            $0.rank != identity.rank && $0.rank != uplink.parent && !isBelow($0.rank)
        }
        guard !others.isEmpty else { return }
        search.begin(.redirected, others.map { ParentSearch.Candidate($0, redirects: 1) }, at: now)
        advanceSearch(at: now, into: &actions)
    }

    // MARK: - Who is above

    /// Contacts that this node passes on: its parent's, the parent itself before them, and some of its own children.
    private func contactsToPassOn(except rank: Rank) -> [Contact] {
        var contacts = lineage?.contacts ?? identity.contacts
        contacts.removeAll { $0.rank == rank || $0.rank == identity.rank }
        let siblings = children.siblings(of: rank, atMost: ProtocolLimits.siblingContactsMax)
        return Array(contacts.prefix(ProtocolLimits.lineageContactsMax - siblings.count)) + siblings
    }

    /// From the root to this node, as its children are told; empty while it has no parent.
    var pathToTell: [Rank] {
        uplink.attachedLink == nil ? [] : uplink.path + [identity.rank]
    }

    func lineage(for child: ChildTable.Child) -> Lineage {
        var contacts = contactsToPassOn(except: child.rank)
        // The child may come back to this very node by the address that others use.
        if let own = identity.contact { contacts.insert(own, at: 0) }
        return Lineage(path: pathToTell, contacts: Array(contacts.prefix(ProtocolLimits.lineageContactsMax)))
    }

    /// The way up has changed: all below are told, or they would let each other in.
    mutating func sendLineage(into actions: inout [Action]) {
        for child in children.all where child.isAttached {
            actions.append(.send(child.link, .lineage(lineage(for: child))))
        }
    }
}
