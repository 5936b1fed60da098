import PlushTree
import PlushWire

/// The parent's half of an attach (P2), the same at a relay and at the root.
extension ChildTable {
    /// What a commit has changed.
    package struct Commit: Sendable {
        /// The child and all that came with it.
        package let joined: [TreeEdge]
        package let subtree: RankSet
        package let applied: LogPosition
        /// Older links of the same rank, which are gone from the table and must be closed.
        package let displaced: [LinkID]
        /// Ranks that were behind those links and are not behind this one.
        package let abandoned: RankSet
    }

    /// What an attach gets here.
    package enum Verdict: Sendable {
        case accept(AttachReply.Acceptance)
        case busy(milliseconds: UInt32, [Contact])
        case refuse(String)
    }

    /// Answers an attach: `verdict` is what a child gets here as far as its form is right.
    package mutating func answer(
        _ summary: AttachSummary, on link: LinkID, capacity: Int, _ verdict: Verdict
    ) -> Action? {
        guard let child = self[link: link], !child.isAttached else { return nil }
        if let refusal = summary.refusal(rank: child.rank, incarnation: child.incarnation) {
            return .close(link, refusal)
        }
        let other = attached(child.rank)
        if let other, other.stamp >= summary.stamp {
            return .close(link, "attach with a stamp that is not above that of another link")
        }
        switch verdict {
        case .refuse(let reason):
            return .send(link, .attachReply(.refused(reason)))
        case .busy(let milliseconds, let contacts):
            return .send(link, .attachReply(.busy(retryAfterMilliseconds: milliseconds, contacts: contacts)))
        case .accept(let offer):
            // A child that comes anew takes its own place.
            guard attachedCount - (other == nil ? 0 : 1) + acceptedCount < capacity else {
                let contacts = contacts(except: child.rank, atMost: ProtocolLimits.busyContactsMax)
                return .send(
                    link,
                    .attachReply(
                        .busy(retryAfterMilliseconds: ProtocolLimits.busyMilliseconds, contacts: contacts)))
            }
            accept(link, summary)
            return .send(link, .attachReply(.accepted(offer)))
        }
    }

    /// Makes an accepted child part of the tree; nil when nothing was accepted under that stamp.
    package mutating func commit(_ stamp: AttachStamp, on link: LinkID, parent: Rank) -> Commit? {
        guard let child = self[link: link], case .accepted(let summary) = child.phase, summary.stamp == stamp else {
            return nil
        }
        let said = summary.subtree.first { $0.child == child.rank }
        let own = TreeEdge(
            child: child.rank, incarnation: child.incarnation, parent: parent, attempt: stamp.attempt,
            proof: said?.proof)
        let joined = [own] + summary.subtree.filter { $0.child != child.rank }
        let subtree = RankSet(joined.map(\.child))
        let displaced = commit(link, summary, subtree: subtree)
        update(link) { $0.edge = own }
        let abandoned = displaced.reduce(into: RankSet()) { set, old in
            if let gone = remove(old) { set.formUnion(gone.subtree.subtracting(subtree)) }
        }
        return Commit(
            joined: joined, subtree: subtree, applied: summary.applied, displaced: displaced,
            abandoned: abandoned.subtracting(reachable))
    }

    private func attached(_ rank: Rank) -> (link: LinkID, stamp: AttachStamp)? {
        for link in attachedLinks(of: rank) {
            if case .attached(let stamp) = self[link: link]?.phase { return (link, stamp) }
        }
        return nil
    }

    /// Takes a segment's bytes against the credit of the link; false when there was not enough.
    package mutating func receiveOutput(_ bytes: UInt64, on link: LinkID) -> Bool {
        var isWithinCredit = false
        update(link) { isWithinCredit = $0.output.receive(bytes) }
        return isWithinCredit
    }

    /// Frees bytes of a link; the message that gives the child new credit, when it is time for one.
    package mutating func freeOutput(_ bytes: UInt64, on link: LinkID) -> Action? {
        var announcement: UInt64?
        update(link) { announcement = $0.output.free(bytes) }
        return announcement.map { .send(link, .credit($0)) }
    }
}

extension OutputSegment {
    /// Why a segment is not one that an honest producer cuts; nil when it may be. A larger one could wait for ever at
    /// the head of a queue, because credit is announced in steps of a quarter of the window.
    package var refusal: String? {
        body.rawBytes <= UInt32(ProtocolLimits.segmentBytes) ? nil : "sent a segment of \(body.rawBytes) bytes"
    }
}

extension AttachSummary {
    /// Why an attach does not fit the certificate it came under; nil when it does.
    fileprivate func refusal(rank: Rank, incarnation: UInt32) -> String? {
        guard stamp.incarnation == incarnation else { return "attach stamp of another incarnation" }
        guard subtree.contains(where: { $0.child == rank }) else { return "attach without its own rank" }
        guard !subtree.contains(where: { $0.child == .controller }) else { return "claims the controller's rank" }
        return nil
    }
}
