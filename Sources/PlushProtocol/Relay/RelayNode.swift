import NIOCore
import OrderedCollections
import PlushTree
import PlushWire

/// An agent: leaf or relay, one state machine. It follows the log that comes down, does its own part of each
/// operation, passes on what is for its subtree, and merges what comes up.
///
/// Pure: no clock, no randomness, no sockets. Every input is an ``Event`` with its time, every effect an ``Action``.
package struct RelayNode: Sendable {
    /// What an agent is for its whole life.
    package struct Identity: Sendable {
        package let rank: Rank
        package let incarnation: UInt32
        package let parent: Bootstrap.Parent
        package let heartbeatMilliseconds: UInt64
        package let leaseMilliseconds: UInt64
        package let fanout: Int
        /// Where others reach this node; nil where it does not listen.
        package let contact: Contact?
        /// Whom to try where the parent cannot be reached.
        package let contacts: [Contact]
        /// What a node says of its place is tagged for the holder of this key.
        package let rootKey: PublicKey

        package init(_ bootstrap: Bootstrap) {
            rank = bootstrap.certificate.rank
            incarnation = bootstrap.certificate.incarnation
            parent = bootstrap.parent
            heartbeatMilliseconds = UInt64(max(10, bootstrap.heartbeatMilliseconds))
            leaseMilliseconds = bootstrap.leaseMilliseconds
            fanout = Int(bootstrap.fanout)
            contact = bootstrap.address.map {
                Contact(rank: bootstrap.certificate.rank, key: bootstrap.certificate.key, address: $0)
            }
            contacts = bootstrap.contacts
            rootKey = bootstrap.rootKey
        }
    }

    /// Where the node stands in its life.
    enum Phase: Hashable, Sendable {
        case running
        /// The overlay ends: waiting for own commands and for the subtree.
        case dissolving
        case ended
    }

    /// The node's deadlines.
    enum Timer: Hashable, Sendable {
        case heartbeat
        case watch
        case subtree
        case report(OperationID)
        case flush(OperationID)
        case timeout(OperationID)
        case kill(OperationID)
        case linger(OperationID)
        case dissolve
        case barriers
        case words
        case search
    }

    package let identity: Identity
    let tools: ContentTools
    let rules: RepairRules
    var membership: Membership
    var phase = Phase.running
    var uplink = Uplink()
    var search: ParentSearch
    /// What the parent has said of who is above it.
    var lineage: Lineage?
    /// The edges below, as last heard.
    var map = SubtreeMap()
    /// Its parent has made it a leaf, because it is slow.
    var isRetired = false
    var children = ChildTable()
    var log = LogFollower()
    var operations: OrderedDictionary<OperationID, OperationState> = [:]
    var tombstones: OrderedSet<OperationID> = []
    var runs: OrderedDictionary<OperationID, LocalRun> = [:]
    var transfers: OrderedDictionary<OperationID, LocalTransfer> = [:]
    var outputs = OutputQueue()
    /// Credit for chunks from the parent; begins anew with each parent.
    var chunkWindow = CreditWindow(windowBytes: ProtocolLimits.chunkWindowBytes)
    var subtreeNews = SubtreeNews()
    var subtreeReportedAt: Instant?
    var lag = LagMeter()
    var timers = TimerTable<Timer>()
    var barriers: RelayBarriers
    var gates = HostGates()
    /// Processes that wait for an answer from their socket, by request.
    var applicationRequests: OrderedDictionary<UInt64, ApplicationRequest> = [:]
    var applicationWords = ApplicationWords()

    /// Takes a bootstrap whose credential has been verified.
    package init(
        _ bootstrap: Bootstrap, at now: Instant, tools: ContentTools, rules: RepairRules = RepairRules()
    ) {
        identity = Identity(bootstrap)
        self.rules = rules
        let stamp = UInt64(bootstrap.certificate.rank.value) << 32 | UInt64(bootstrap.certificate.incarnation)
        search = ParentSearch(seed: stamp)
        barriers = RelayBarriers(rank: bootstrap.certificate.rank)
        self.tools = tools
        membership = Membership(
            credential: bootstrap.credential, overlayMilliseconds: bootstrap.overlayMilliseconds, at: now, tools: tools)
    }

    /// Begins: dials the parent.
    package mutating func start(at now: Instant, into actions: inout [Action]) {
        uplink.start(at: now)
        timers.set(.heartbeat, at: now.advanced(byMilliseconds: identity.heartbeatMilliseconds))
        let others = identity.contacts.map { ParentSearch.Candidate($0) }
        search.begin(.launch, [ParentSearch.Candidate(identity.parent)] + others, at: now)
        advanceSearch(at: now, into: &actions)
    }

    /// When `handle(.timer)` is due next.
    package var nextDeadline: Instant? {
        timers.nextDeadline
    }

    /// Why a peer's certificate does not admit it as a child; nil when it does.
    package func refusalOfChild(_ certificate: Certificate, key: PublicKey, at now: Instant) -> String? {
        if let refusal = membership.refusal(of: certificate, key: key, at: now) { return refusal }
        guard certificate.rank != identity.rank else { return "certificate of this very rank" }
        guard !certificate.capabilities.contains(.root) else { return "the root does not attach to an agent" }
        return nil
    }

    /// Why the node that was dialled as `rank` is not the one meant; nil when it is.
    package func refusalOfParent(_ certificate: Certificate, key: PublicKey, dialled rank: Rank, at now: Instant)
        -> String?
    {
        if let refusal = membership.refusal(of: certificate, key: key, at: now) { return refusal }
        guard certificate.rank == rank else { return "rank \(certificate.rank) answered in place of \(rank)" }
        return nil
    }

    /// The one way in.
    // exhaustive-switch
    package mutating func handle(_ event: Event, at now: Instant, into actions: inout [Action]) {
        guard phase != .ended else { return }
        switch event {
        case .parentLinkOpened(let link, let certificate):
            openParent(link, certificate.rank, at: now, into: &actions)
        case .childLinkOpened(let link, let certificate):
            openChild(link, certificate, at: now, into: &actions)
        case .dialFailed(let rank, let reason):
            candidateFailed(rank, reason, at: now, into: &actions)
        case .message(let link, let message):
            receive(message, on: link, at: now, into: &actions)
        case .linkClosed(let link, let reason):
            closed(link, reason, at: now, into: &actions)
        case .timer:
            fireTimers(at: now, into: &actions)
        case .processStarted(let id):
            processStarted(id, at: now, into: &actions)
        case .processNotStarted(let id, let code, let reason):
            finishRun(id, Outcome(.failed, code: code, detail: reason), at: now, into: &actions)
        case .processExited(let id, let exit):
            processExited(id, exit, at: now, into: &actions)
        case .output(let id, let stream, let bytes):
            takeOutput(id, stream, bytes, at: now, into: &actions)
        case .outputEnded(let id, let stream):
            endOutput(id, stream, at: now, into: &actions)
        case .collected(let id, let failure):
            collected(id, failure: failure, at: now, into: &actions)
        case .filesPrepared(let id, let failure):
            filesPrepared(id, failure: failure, at: now, into: &actions)
        case .chunkStored(let id, let number):
            chunkStored(id, number: number, failure: nil, at: now, into: &actions)
        case .chunkNotStored(let id, let number, let failure):
            chunkStored(id, number: number, failure: failure, at: now, into: &actions)
        case .chunkForged(let id, let number, let link):
            chunkForged(id, number: number, link, at: now, into: &actions)
        case .filesFinished(let id, let failure):
            filesFinished(id, failure: failure, at: now, into: &actions)
        case .applicationEnters(let process, let name, let request):
            applicationEnters(process, name, request: request, at: now, into: &actions)
        case .applicationLeaves(let request):
            applicationLeaves(request)
        case .applicationSays(let process, let progress, let text):
            applicationSays(process, progress: progress, text: text, at: now, into: &actions)
        case .agentHello, .agentStarting, .agentFailed, .journalDurable, .outputConsumed:
            preconditionFailure("an agent was given a controller's event: \(event)")
        }
    }

    private mutating func receive(
        _ message: Message, on link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        if link == uplink.attachedLink {
            receiveFromParent(message, on: link, at: now, into: &actions)
        } else if uplink.offer(on: link) != nil {
            receiveAnswer(message, on: link, at: now, into: &actions)
        } else if children[link: link] != nil {
            receiveFromChild(message, on: link, at: now, into: &actions)
        }
        // Anything else comes from a link that has been given up: dropped in silence (P2).
    }

    private mutating func closed(
        _ link: LinkID, _ reason: String, at now: Instant, into actions: inout [Action]
    ) {
        if link == uplink.attachedLink {
            loseParent(reason, at: now, into: &actions)
        } else if let offer = uplink.offer(on: link) {
            uplink.withdraw(link)
            let words = "the link was closed before this agent was attached: \(reason)"
            candidateFailed(offer.rank, words, at: now, into: &actions)
        } else {
            loseChild(link, reason, .closed, at: now, into: &actions)
        }
    }

    private mutating func fireTimers(at now: Instant, into actions: inout [Action]) {
        if let due = timers.nextDeadline { lag.timer(due: due, at: now) }
        while phase != .ended, let timer = timers.takeDue(at: now) {
            fire(timer, at: now, into: &actions)
        }
    }

    private mutating func fire(_ timer: Timer, at now: Instant, into actions: inout [Action]) {
        switch timer {
        case .heartbeat: beat(at: now, into: &actions)
        case .watch: watchChildren(at: now, into: &actions)
        case .subtree: reportSubtreeSoon(at: now, into: &actions)
        case .report(let id): reportProgress(id, at: now, into: &actions)
        case .flush(let id): flush(id, at: now, into: &actions)
        case .timeout(let id): stopRun(id, because: .timedOut, at: now, into: &actions)
        case .kill(let id): actions.append(.signal(id, .kill))
        case .linger(let id): closeLingering(id, at: now, into: &actions)
        case .dissolve: leave(into: &actions)
        case .barriers: advanceBarriers(at: now, into: &actions)
        case .words: sendWords(into: &actions)
        case .search: advanceSearch(at: now, into: &actions)
        }
    }

    /// Stops being: commands are killed, the directory goes, the process ends.
    mutating func end(_ reason: String, into actions: inout [Action]) {
        phase = .ended
        actions.append(.terminate(reason))
    }
}
