import OrderedCollections
import PlushTree
import PlushWire

/// What a parent does so that its children fare well: slow ones are made leaves, and too many are sent on.
extension RelayNode {
    mutating func careForChildren(at now: Instant, into actions: inout [Action]) {
        guard phase == .running, uplink.attachedLink != nil else { return }
        for rank in children.care(
            fanout: identity.fanout, own: identity.contact, lag: lag, at: now, into: &actions)
        {
            subtreeNews.retire(RankSet(rank))
            reportSubtreeSoon(at: now, into: &actions)
        }
    }

    /// This node is slower than those beside it: it keeps its place and its commands, and passes nothing on any more.
    mutating func retire(to contacts: [Contact], at now: Instant, into actions: inout [Action]) {
        isRetired = true
        for child in children.all where child.isAttached {
            let others = contacts.filter { $0.rank != child.rank }
            actions.append(.send(child.link, .redirect(others)))
        }
    }
}
