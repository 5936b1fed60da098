import DequeModule
import OrderedCollections
import PlushTree
import PlushWire

/// Which host takes which place in the tree while the tree is being built.
///
/// Hosts take the shape's positions in the order in which they are launched. A host is given its parent only when that
/// parent's own link is up: no unproven host becomes a relay (decision 6). Where the parent that the shape names fails,
/// or keeps its would-be children waiting, they go elsewhere: to an ancestor, or to a leaf with room.
package struct LaunchPlan: Sendable {
    /// A host and the parent it has been given.
    package struct Placement: Hashable, Sendable {
        package let rank: Rank
        package let parent: Rank
    }

    enum Phase: Sendable {
        case waiting
        case starting(since: Instant)
        case ready(AgentHello, NetworkAddress, since: Instant)
        case joining(parent: Rank, since: Instant)
        case joined(parent: Rank)
        /// Had joined, and is out of reach.
        case gone
        case failed
    }

    struct Host: Sendable {
        var phase = Phase.waiting
        var position: Int
        var childCount = 0
        /// What its start waits for, where that is known.
        var step: String?
        var hello: AgentHello?
        var address: NetworkAddress?
    }

    private let layout: TreeLayout
    private let window: Int
    private var hosts: OrderedDictionary<Rank, Host> = [:]
    private var order: [Rank] = []
    private var toStart: Deque<Rank> = []
    private var starting = 0
    private var joining = 0
    /// While anything goes on, nobody is overdue before this: only then are all hosts looked through.
    private var overdueFrom = Instant(nanoseconds: 0)
    private var rootChildren = 0
    private var leaves: Deque<Rank> = []
    private var waitingFor: OrderedDictionary<Rank, [Rank]> = [:]
    /// Hosts for which there was no room anywhere: the next one that joins takes them.
    private var homeless: [Rank] = []
    package private(set) var joined = RankSet()
    package private(set) var failed = RankSet()

    /// `count`: hosts that the shape is made for; `window`: agents being started at one time.
    package init(shape: TreeShape, count: Int, window: Int) {
        layout = shape.layout(count: count)
        self.window = max(1, window)
    }

    package var fanout: Int {
        layout.fanout
    }

    package var isSettled: Bool {
        joined.count + failed.count == hosts.count
    }

    /// Adds hosts; returns those to start now.
    package mutating func add(_ ranks: RankSet, at now: Instant) -> [Rank] {
        for rank in inLaunchOrder(ranks.filter { hosts[$0] == nil }) {
            order.append(rank)
            hosts[rank] = Host(position: layout.position(ofHost: Int(rank.value)) ?? order.count)
            toStart.append(rank)
        }
        return startMore(at: now)
    }

    /// A shape that names its hosts has parents start before their children, or those would wait in vain.
    private func inLaunchOrder(_ ranks: [Rank]) -> [Rank] {
        guard layout.isExplicit else { return ranks }
        return ranks.map { (layout.position(ofHost: Int($0.value)) ?? .max, $0) }.sorted { $0 < $1 }.map(\.1)
    }

    /// The host that has a position; nil where that host is not being launched.
    private func rank(at position: Int) -> Rank? {
        if let host = layout.host(at: position) { return Rank(UInt32(host)) }
        return order.indices.contains(position - 1) ? order[position - 1] : nil
    }

    private mutating func startMore(at now: Instant) -> [Rank] {
        var started: [Rank] = []
        while starting < window, let rank = toStart.popFirst() {
            hosts[rank]?.phase = .starting(since: now)
            starting += 1
            started.append(rank)
        }
        return started
    }

    /// What a host's start waits for now; `progressedAt`: when its time begins anew.
    package mutating func waiting(_ rank: Rank, for step: String, at progressedAt: Instant?) {
        guard case .starting = hosts[rank]?.phase else { return }
        hosts[rank]?.step = step
        if let progressedAt { hosts[rank]?.phase = .starting(since: progressedAt) }
    }

    /// An agent has spoken. Returns what can be placed and started now.
    package mutating func hello(
        _ rank: Rank, _ hello: AgentHello, _ address: NetworkAddress, at now: Instant
    ) -> (placements: [Placement], starts: [Rank]) {
        guard case .starting = hosts[rank]?.phase else { return ([], []) }
        starting -= 1
        hosts[rank]?.phase = .ready(hello, address, since: now)
        hosts[rank]?.hello = hello
        hosts[rank]?.step = nil
        hosts[rank]?.address = address
        return (place(rank, at: now).map { [$0] } ?? [], startMore(at: now))
    }

    /// Gives a ready host its parent: the shape's, or (once that has failed) another.
    private mutating func place(_ rank: Rank, at now: Instant) -> Placement? {
        guard let host = hosts[rank], case .ready = host.phase else { return nil }
        guard let position = layout.parent(of: host.position), let preferred = self.rank(at: position) else {
            return commit(rank, to: .controller, at: now)
        }
        switch hosts[preferred]?.phase {
        case .joined where hosts[preferred]?.hello?.port != 0: return commit(rank, to: preferred, at: now)
        case .joined: return placeElsewhere(rank, missing: preferred, at: now)
        case .failed, .gone, nil: return placeElsewhere(rank, missing: preferred, at: now)
        case .waiting, .starting, .ready, .joining:
            waitingFor[preferred, default: []].append(rank)
            return nil
        }
    }

    private mutating func commit(_ rank: Rank, to parent: Rank, at now: Instant) -> Placement {
        hosts[rank]?.phase = .joining(parent: parent, since: now)
        joining += 1
        count(1, below: parent)
        return Placement(rank: rank, parent: parent)
    }

    private mutating func placeElsewhere(_ rank: Rank, missing: Rank, at now: Instant) -> Placement? {
        guard let parent = substitute(for: missing) else {
            homeless.append(rank)
            return nil
        }
        return commit(rank, to: parent, at: now)
    }

    /// The nearest joined ancestor with room, else a joined leaf with room, else the root within twice the fan-out.
    private mutating func substitute(for missing: Rank) -> Rank? {
        var position = hosts[missing]?.position ?? 0
        while let above = layout.parent(of: position), above > 0 {
            if let candidate = self.rank(at: above), hasRoom(candidate) { return candidate }
            position = above
        }
        if rootChildren < fanout { return .controller }
        while let leaf = leaves.first {
            if hasRoom(leaf) { return leaf }
            leaves.removeFirst()
        }
        return rootChildren < fanout * ProtocolLimits.adoptionFactor ? .controller : nil
    }

    private func hasRoom(_ rank: Rank) -> Bool {
        guard let host = hosts[rank], case .joined = host.phase, host.hello?.port != 0 else { return false }
        return host.childCount < fanout
    }

    /// A host is in the tree; returns the placements for which it was waited.
    package mutating func joined(_ rank: Rank, under parent: Rank, at now: Instant) -> [Placement] {
        guard let host = hosts[rank] else { return [] }
        // It may have gone elsewhere than where it was sent, or come back after it was given up.
        switch host.phase {
        case .joining(let planned, _):
            joining -= 1
            count(-1, below: planned)
            count(1, below: parent)
        case .joined(let before):
            count(-1, below: before)
            count(1, below: parent)
        case .gone: count(1, below: parent)
        case .waiting, .starting, .ready, .failed: return []
        }
        hosts[rank]?.phase = .joined(parent: parent)
        guard joined.insert(rank) else { return [] }
        if layout.children(of: host.position).isEmpty { leaves.append(rank) }
        return placeWaiting(for: rank, at: now) + placeHomeless(near: rank, at: now)
    }

    private mutating func placeHomeless(near rank: Rank, at now: Instant) -> [Placement] {
        let waiting = homeless
        homeless = []
        return waiting.compactMap { homeless in
            guard case .ready = hosts[homeless]?.phase else { return nil }
            if hasRoom(rank) { return commit(homeless, to: rank, at: now) }
            return placeElsewhere(homeless, missing: rank, at: now)
        }
    }

    /// Whether a host may say that it hangs below `parent`: that is where it was sent, and it was not given up.
    package func isPlaced(_ rank: Rank, under parent: Rank) -> Bool {
        switch hosts[rank]?.phase {
        case .joining(parent, _), .joined(parent): return true
        case .waiting, .starting, .ready, .joining, .joined, .gone, .failed, nil: return false
        }
    }

    /// A host hangs below another parent than before.
    package mutating func moved(_ rank: Rank, to parent: Rank) {
        guard case .joined(let before) = hosts[rank]?.phase else { return }
        count(-1, below: before)
        count(1, below: parent)
        hosts[rank]?.phase = .joined(parent: parent)
    }

    private mutating func count(_ change: Int, below parent: Rank) {
        if parent == .controller { rootChildren += change } else { hosts[parent]?.childCount += change }
    }

    /// Hosts that had joined are out of reach: nobody is sent to them any more.
    package mutating func depart(_ ranks: RankSet) {
        for rank in ranks {
            guard case .joined(let parent) = hosts[rank]?.phase else { continue }
            count(-1, below: parent)
            hosts[rank]?.phase = .gone
        }
    }

    private mutating func placeWaiting(for rank: Rank, at now: Instant) -> [Placement] {
        guard let waiting = waitingFor.removeValue(forKey: rank) else { return [] }
        return waiting.compactMap { place($0, at: now) }
    }

    /// A host is given up before it joined. Returns what its failure lets go on, or nil when it was settled before.
    package mutating func fail(_ rank: Rank, at now: Instant) -> (placements: [Placement], starts: [Rank])? {
        switch hosts[rank]?.phase {
        case .joined, .gone, .failed, nil: return nil
        case .starting: starting -= 1
        case .joining(let parent, _):
            joining -= 1
            count(-1, below: parent)
        case .waiting: toStart.removeAll { $0 == rank }
        case .ready: break
        }
        hosts[rank]?.phase = .failed
        failed.insert(rank)
        return (placeWaiting(for: rank, at: now) + placeHomeless(near: rank, at: now), startMore(at: now))
    }

    /// Nothing more is started or placed; returns the hosts that are neither in the tree nor given up.
    package mutating func stop() -> RankSet {
        let open = RankSet(order.filter { !joined.contains($0) && !failed.contains($0) })
        for rank in open { hosts[rank]?.phase = .failed }
        failed.formUnion(open)
        toStart.removeAll()
        waitingFor.removeAll()
        starting = 0
        joining = 0
        return open
    }

    /// Hosts that have waited for the shape's parent for too long are placed elsewhere.
    package mutating func placeImpatient(at now: Instant) -> [Placement] {
        var placements: [Placement] = []
        for parent in Array(waitingFor.keys) {
            let ranks = waitingFor[parent] ?? []
            let impatient = ranks.filter { rank in
                guard case .ready(_, _, let since) = hosts[rank]?.phase else { return false }
                return now.milliseconds(since: since) >= ProtocolLimits.placementPatienceMilliseconds
            }
            guard !impatient.isEmpty, !isUnderWay(parent, at: now) else { continue }
            waitingFor[parent] = ranks.filter { !impatient.contains($0) }
            placements += impatient.compactMap { placeElsewhere($0, missing: parent, at: now) }
        }
        return placements
    }

    /// A parent that only waits for its own parent is not to blame: the cause is higher up, and is dealt with there.
    private func isUnderWay(_ rank: Rank, at now: Instant) -> Bool {
        switch hosts[rank]?.phase {
        case .ready: return true
        case .joining(_, let since):
            return now.milliseconds(since: since) < ProtocolLimits.placementPatienceMilliseconds
        case .waiting, .starting, .joined, .gone, .failed, nil: return false
        }
    }

    /// The step that a host hangs in.
    enum Step: Hashable, Sendable {
        /// Its agent has not spoken; the word says what is waited for, where that is known.
        case start(String?)
        case attach(to: Rank)
        case room
    }

    /// Hosts whose start or attach has taken longer than `milliseconds`, with the step they hang in.
    mutating func overdue(at now: Instant, milliseconds: UInt64) -> [(rank: Rank, step: Step)] {
        // A host may wait for others as long as anything can come of it; when nothing goes on, nothing will.
        let isUnderWay = starting > 0 || joining > 0 || !toStart.isEmpty
        guard now >= overdueFrom || !isUnderWay else { return [] }
        var found: [(rank: Rank, step: Step)] = []
        var oldest = now
        for rank in order {
            let since: Instant
            let step: Step
            switch hosts[rank]?.phase {
            case .starting(let start): (since, step) = (start, .start(hosts[rank]?.step))
            case .joining(let parent, let start): (since, step) = (start, .attach(to: parent))
            case .ready(_, _, let start) where !isUnderWay: (since, step) = (start, .room)
            case .waiting, .ready, .joined, .gone, .failed, nil: continue
            }
            oldest = min(oldest, since)
            if now.milliseconds(since: since) >= milliseconds { found.append((rank, step)) }
        }
        // Whoever begins after this look begins no earlier than now.
        overdueFrom = oldest.advanced(byMilliseconds: milliseconds)
        return found
    }

    /// The parent that a host is on its way to.
    func parentAwaited(by rank: Rank) -> Rank? {
        guard case .joining(let parent, _) = hosts[rank]?.phase else { return nil }
        return parent
    }

    /// The parent contact that a placement's bootstrap names; nil when that host is not known.
    package func contact(of rank: Rank) -> (key: PublicKey, address: NetworkAddress)? {
        guard let host = hosts[rank], let hello = host.hello, let address = host.address else { return nil }
        return (hello.key, address)
    }

    /// Where others reach a host's agent; nil where it does not listen.
    package func address(of rank: Rank) -> NetworkAddress? {
        guard let host = hosts[rank], let hello = host.hello, hello.port != 0 else { return nil }
        return host.address
    }

    /// Whether a host has been let into the tree, or is on its way.
    package func admits(_ rank: Rank) -> Bool {
        switch hosts[rank]?.phase {
        case .joining, .joined, .gone: return true
        case .waiting, .starting, .ready, .failed, nil: return false
        }
    }

    /// The agent of a host that is obeyed.
    package func incarnation(of rank: Rank) -> UInt32 {
        1
    }

    package func key(of rank: Rank) -> PublicKey? {
        hosts[rank]?.hello?.key
    }
}
