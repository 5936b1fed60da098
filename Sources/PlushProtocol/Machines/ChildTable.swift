import OrderedCollections
import PlushTree
import PlushWire

/// The links below a node and which ranks are behind each: the route table (rule 1).
package struct ChildTable: Sendable {
    /// How far a child has come.
    package enum Phase: Hashable, Sendable {
        /// Authenticated, nothing said.
        case open
        /// Accepted; displaces nothing until it commits.
        case accepted(AttachSummary)
        case attached(AttachStamp)
    }

    /// One link below.
    package struct Child: Sendable {
        package let link: LinkID
        package let rank: Rank
        package let incarnation: UInt32
        package let openedAt: Instant
        package var phase = Phase.open
        package var subtree = RankSet()
        /// Ranks that were below it on this link, now or earlier: what they sent may still be on its way (folding
        /// mixes it with the output of those who are still there).
        package var everBelow = RankSet()
        package var heardAt: Instant
        package var lagMilliseconds: UInt64 = 0
        /// As the child measures it, from heartbeat to answer; 0 before the first.
        package var roundTripMilliseconds: UInt64 = 0
        /// Its own edge, as it said when it came.
        package var edge: TreeEdge?
        /// Where others reach it.
        package var contact: Contact?
        /// How far it was with transfers when it came.
        package var transfers: [AttachSummary.OpenTransfer] = []
        /// Heartbeats in a row at which it was far slower than those beside it.
        var slowBeats = 0
        /// It was told to be a leaf.
        package var isRetired = false
        /// When it was last asked to go elsewhere.
        var redirectedAt: Instant?
        package var output = CreditWindow(windowBytes: ProtocolLimits.outputWindowBytes)
        package var chunks = CreditAllowance(granted: ProtocolLimits.chunkWindowBytes)

        /// What the child has of a transfer from an earlier parent: chunks 0 ..< that.
        func chunks(of operation: OperationID) -> UInt32 {
            transfers.first { $0.operation == operation }?.have ?? 0
        }

        package var isAttached: Bool {
            switch phase {
            case .attached: return true
            case .open, .accepted: return false
            }
        }
    }

    private var children: OrderedDictionary<LinkID, Child> = [:]
    /// Attached links of each rank: one, but while a later attach displaces another. A star's root has as many children
    /// as there are hosts, and must not look through them for each that comes.
    private var linksByRank: [Rank: [LinkID]] = [:]
    /// Children that are attached.
    package private(set) var attachedCount = 0
    /// Children that were told that they are taken, and have not answered: their places are kept.
    package private(set) var acceptedCount = 0
    /// Heartbeats in a row at which there were more children than the shape gives.
    var crowdedBeats = 0
    /// All ranks behind attached children.
    package private(set) var reachable = RankSet()

    package init() {}

    package subscript(link link: LinkID) -> Child? {
        children[link]
    }

    package var all: OrderedDictionary<LinkID, Child>.Values {
        children.values
    }

    package var attachedLinks: [LinkID] {
        children.values.filter(\.isAttached).map(\.link)
    }

    /// The attached links of a rank, in the order in which they were attached.
    func attachedLinks(of rank: Rank) -> [LinkID] {
        linksByRank[rank] ?? []
    }

    package var count: Int {
        children.count
    }

    package mutating func open(_ link: LinkID, _ certificate: Certificate, at now: Instant) {
        children[link] = Child(
            link: link, rank: certificate.rank, incarnation: certificate.incarnation, openedAt: now, heardAt: now)
    }

    package mutating func update(_ link: LinkID, _ change: (inout Child) -> Void) {
        guard let index = children.index(forKey: link) else { return }
        change(&children.values[index])
    }

    /// Keeps a place for a child.
    mutating func accept(_ link: LinkID, _ summary: AttachSummary) {
        if case .open = children[link]?.phase { acceptedCount += 1 }
        update(link) { $0.phase = .accepted(summary) }
    }

    /// Makes a child part of the tree. Older links of the same rank are returned: the higher stamp has won (P2).
    mutating func commit(_ link: LinkID, _ summary: AttachSummary, subtree: RankSet) -> [LinkID] {
        guard let rank = children[link]?.rank else { return [] }
        acceptedCount -= 1
        let displaced = attachedLinks(of: rank).filter { $0 != link }
        if displaced.count == attachedLinks(of: rank).count {
            linksByRank[rank, default: []].append(link)
            attachedCount += 1
        }
        update(link) { child in
            child.phase = .attached(summary.stamp)
            child.subtree = subtree
            child.everBelow = subtree
            child.contact = summary.contact.flatMap { $0.rank == rank ? $0 : nil }
            child.transfers = summary.transfers
        }
        reachable.formUnion(subtree)
        return displaced
    }

    package mutating func addToSubtree(_ link: LinkID, _ ranks: RankSet) {
        update(link) { child in
            child.subtree.formUnion(ranks)
            child.everBelow.formUnion(ranks)
        }
        reachable.formUnion(ranks)
    }

    package mutating func removeFromSubtree(_ link: LinkID, _ ranks: RankSet) {
        guard !ranks.isEmpty else { return }
        update(link) { $0.subtree.subtract(ranks) }
        recount()
    }

    /// Takes ranks from all other links.
    package mutating func release(_ ranks: RankSet, except link: LinkID) {
        var isChanged = false
        for other in children.keys where other != link && children[other]?.subtree.isDisjoint(with: ranks) == false {
            update(other) { $0.subtree.subtract(ranks) }
            isChanged = true
        }
        if isChanged { recount() }
    }

    package mutating func remove(_ link: LinkID) -> Child? {
        guard let child = children.removeValue(forKey: link) else { return nil }
        if case .accepted = child.phase { acceptedCount -= 1 }
        if child.isAttached {
            attachedCount -= 1
            linksByRank[child.rank]?.removeAll { $0 == link }
            if linksByRank[child.rank]?.isEmpty == true { linksByRank[child.rank] = nil }
            recount()
        }
        return child
    }

    private mutating func recount() {
        reachable = children.values.reduce(into: RankSet()) { set, child in
            if child.isAttached { set.formUnion(child.subtree) }
        }
    }

    /// Links that have been silent for longer than they may, with how long. When half of many fall silent at once, it
    /// is this node that was not there (rule 9), and they are given the time once more.
    package func silent(at now: Instant, own lag: LagMeter, heartbeat: UInt64) -> [(link: LinkID, milliseconds: UInt64)]
    {
        let isLate = { (child: Child, factor: UInt64) -> UInt64? in
            let silence = now.milliseconds(since: child.heardAt)
            let limit =
                child.isAttached
                ? lag.silenceMilliseconds(peerLag: child.lagMilliseconds, heartbeat: heartbeat)
                : ProtocolLimits.commitMilliseconds
            return silence > limit * factor ? silence : nil
        }
        let late = children.values.filter { isLate($0, 1) != nil }
        let isMyself = attachedCount >= 4 && late.count(where: \.isAttached) * 2 > attachedCount
        return late.compactMap { child in isLate(child, isMyself ? 2 : 1).map { (child.link, $0) } }
    }

    /// Attached children that others may be sent to, those with the smallest subtrees first.
    package func contacts(except rank: Rank?, atMost count: Int) -> [Contact] {
        let able = children.values.filter { $0.takesOthers && $0.rank != rank }
        return able.sorted { ($0.subtree.count, $0.rank) < ($1.subtree.count, $1.rank) }.prefix(count).compactMap(
            \.contact)
    }

    /// A few children beside a new one, others for each: found without looking at all.
    package func siblings(of rank: Rank, atMost most: Int) -> [Contact] {
        guard count > 0 else { return [] }
        let first = Int(rank.value) % count
        var found: [Contact] = []
        for step in 0..<min(count, 4 * most) where found.count < most {
            let child = children.values[(first + step) % count]
            if child.takesOthers, child.rank != rank, let contact = child.contact { found.append(contact) }
        }
        return found
    }
}

extension ChildTable.Child {
    /// Whether others may be sent below it.
    fileprivate var takesOthers: Bool {
        isAttached && !isRetired && contact != nil
    }
}
