import NIOCore
import OrderedCollections
import PlushTree
import PlushWire

/// The root: the one authority of the overlay. It builds the tree, writes the signed log, and keeps the account of
/// every operation.
///
/// Pure, like ``RelayNode``. Clients call ``submit(_:at:into:)`` and its sisters; everything else comes as an event.
package struct ControllerNode: Sendable {
    /// What a controller is told at its start.
    package struct Configuration: Sendable {
        package var credential: EpochCredential
        package var overlayKey: PublicKey
        /// The gate's key (rule 13).
        package var gateKey: [UInt8]
        /// The controller's own X25519 key, by which its children know it.
        package var key: PublicKey
        package var shape: TreeShape
        /// Hosts for which the shape is made.
        package var hostCount: Int
        /// The name of each host, for the environment of its commands.
        package var hostNames: [String]
        package var launchWindow: Int
        package var connectMilliseconds: UInt64
        package var heartbeatMilliseconds: UInt64
        package var leaseMilliseconds: UInt64
        /// Between beacons (P1).
        package var beaconMilliseconds = ProtocolLimits.beaconMilliseconds

        package init(
            credential: EpochCredential, overlayKey: PublicKey, gateKey: [UInt8], key: PublicKey, shape: TreeShape,
            hostNames: [String], launchWindow: Int, connectMilliseconds: UInt64, heartbeatMilliseconds: UInt64,
            leaseMilliseconds: UInt64
        ) {
            self.credential = credential
            self.overlayKey = overlayKey
            self.gateKey = gateKey
            self.key = key
            self.shape = shape
            hostCount = hostNames.count
            self.hostNames = hostNames
            self.launchWindow = launchWindow
            self.connectMilliseconds = connectMilliseconds
            self.heartbeatMilliseconds = heartbeatMilliseconds
            self.leaseMilliseconds = leaseMilliseconds
        }
    }

    /// The node's deadlines.
    enum Timer: Hashable, Sendable {
        case beacon
        case watch
        case launch
        case answer(OperationID)
        case acknowledge(OperationID)
        case absence
        case dissolve
        case barriers
    }

    let configuration: Configuration
    let tools: ContentTools
    let sign: @Sendable (ByteBuffer) -> Signature
    let rules: RepairRules
    let begun: Instant
    var membership: Membership
    var children = ChildTable()
    var launch: LaunchPlan
    /// The edge of each rank, as last proved.
    var edges: OrderedDictionary<Rank, TreeEdge> = [:]
    /// Ranks without a path at the moment.
    var absences = Absences()
    /// Ranks that were given up.
    var departed = RankSet()
    /// Where the root itself can be dialled; nil where it does not listen.
    var contact: Contact?
    var ledgers: OrderedDictionary<OperationID, OutputLedger> = [:]
    var writer: LogWriter
    var operations: OrderedDictionary<OperationID, OperationState> = [:]
    var transfers: OrderedDictionary<OperationID, ChunkFanout> = [:]
    /// Transfers whose manifest is not durable yet, with the position that it waits for.
    var manifests: OrderedDictionary<OperationID, UInt64> = [:]
    var sequence: UInt32 = 0
    var beaconSequence: UInt64 = 0
    var isDissolving = false
    var isDissolved = false
    var lag = LagMeter()
    var timers = TimerTable<Timer>()
    var barriers = BarrierBook()
    var barrierFollowers = BarrierFollowers()
    /// Releases that wait for the journal, with the position of their record.
    var undurableReleases: [(release: BarrierRelease, index: UInt64)] = []

    /// `sign`: the epoch's signer.
    package init(
        _ configuration: Configuration, at now: Instant, tools: ContentTools, rules: RepairRules = RepairRules(),
        sign: @escaping @Sendable (ByteBuffer) -> Signature
    ) {
        self.configuration = configuration
        self.tools = tools
        self.sign = sign
        self.rules = rules
        begun = now
        membership = Membership(credential: configuration.credential, overlayMilliseconds: 0, at: now, tools: tools)
        launch = LaunchPlan(
            shape: configuration.shape, count: configuration.hostCount, window: configuration.launchWindow)
        writer = LogWriter(overlay: configuration.credential.overlay, epoch: configuration.credential.epoch)
        timers.set(.beacon, at: now.advanced(byMilliseconds: configuration.beaconMilliseconds))
        timers.set(.watch, at: now.advanced(byMilliseconds: configuration.heartbeatMilliseconds))
    }

    package var nextDeadline: Instant? {
        timers.nextDeadline
    }

    package var overlay: OverlayID {
        configuration.credential.overlay
    }

    /// The root can be dialled there: whoever has lost every other way comes to it.
    package mutating func listens(at address: NetworkAddress) {
        contact = Contact(rank: .controller, key: configuration.key, address: address)
    }

    /// Hosts that are in the tree, or have been and are waited for.
    package var joined: RankSet {
        launch.joined.subtracting(departed)
    }

    /// Hosts that have joined, whether they are still there or not.
    package var reached: RankSet {
        launch.joined
    }

    /// Why a peer's certificate does not admit it as a child; nil when it does.
    package func refusalOfChild(_ certificate: Certificate, key: PublicKey, at now: Instant) -> String? {
        membership.refusal(of: certificate, key: key, at: now)
    }

    /// The certificate that the root shows to its children.
    package func ownCertificate() -> Certificate {
        certificate(
            rank: configuration.credential.root, incarnation: 1, key: configuration.key, capabilities: [.root, .relay])
    }

    package func certificate(
        rank: Rank, incarnation: UInt32, key: PublicKey, capabilities: Certificate.Capabilities
    ) -> Certificate {
        var certificate = Certificate(
            overlay: overlay, epoch: configuration.credential.epoch, rank: rank, incarnation: incarnation, key: key,
            capabilities: capabilities, rosterVersion: membership.rosterVersion,
            expiryMilliseconds: ProtocolLimits.certificateMilliseconds, signature: Signature(zeros: ()))
        certificate.signature = sign(certificate.signedBytes())
        return certificate
    }

    /// The one way in for what happens.
    // exhaustive-switch
    package mutating func handle(_ event: Event, at now: Instant, into actions: inout [Action]) {
        switch event {
        case .agentHello(let rank, let hello, let address):
            agentHello(rank, hello, address, at: now, into: &actions)
        case .agentStarting(let rank, let step, let hasProgressed):
            launch.waiting(rank, for: step, at: hasProgressed ? now : nil)
        case .agentFailed(let rank, let reason):
            failAgent(rank, blaming(reason, rank), at: now, into: &actions)
        case .childLinkOpened(let link, let certificate):
            children.open(link, certificate, at: now)
        case .message(let link, let message):
            receive(message, on: link, at: now, into: &actions)
        case .linkClosed(let link, let reason):
            loseChild(link, reason, .closed, at: now, into: &actions)
        case .journalDurable(let index):
            for batch in writer.durable(upTo: index) {
                for link in children.attachedLinks { actions.append(.send(link, .log(batch))) }
            }
            beginTransfers(into: &actions)
            releasesSent(at: now, into: &actions)
        case .outputConsumed(let link, let bytes):
            if let credit = children.freeOutput(bytes, on: link) { actions.append(credit) }
        case .timer:
            fireTimers(at: now, into: &actions)
        case .parentLinkOpened, .dialFailed, .processStarted, .processNotStarted, .processExited, .output,
            .outputEnded, .collected, .filesPrepared, .chunkStored, .chunkForged, .chunkNotStored, .filesFinished,
            .applicationEnters, .applicationLeaves, .applicationSays:
            preconditionFailure("the controller was given an agent's event: \(event)")
        }
        flush(into: &actions)
    }

    private mutating func fireTimers(at now: Instant, into actions: inout [Action]) {
        if let due = timers.nextDeadline { lag.timer(due: due, at: now) }
        while let timer = timers.takeDue(at: now) {
            switch timer {
            case .beacon: sendBeacon(at: now, into: &actions)
            case .watch: watchChildren(at: now, into: &actions)
            case .launch: checkLaunch(at: now, into: &actions)
            case .answer(let id): giveUpUnanswered(id, at: now, into: &actions)
            case .acknowledge(let id): acknowledge(id, into: &actions)
            case .absence: giveUpAbsent(at: now, into: &actions)
            case .dissolve: dissolved(into: &actions)
            case .barriers: advanceBarriers(at: now, into: &actions)
            }
        }
    }

    /// Records that wait become one signed batch.
    mutating func flush(into actions: inout [Action]) {
        while let batch = writer.takeBatch(tools: tools, sign: sign) { actions.append(.append(batch)) }
    }

    private mutating func sendBeacon(at now: Instant, into actions: inout [Action]) {
        timers.set(.beacon, at: now.advanced(byMilliseconds: configuration.beaconMilliseconds))
        writer.releaseLazy()
        beaconSequence += 1
        var beacon = Beacon(
            epoch: configuration.credential.epoch, sequence: beaconSequence,
            overlayMilliseconds: now.milliseconds(since: begun), logIndex: writer.durableIndex,
            rosterVersion: membership.rosterVersion, signature: Signature(zeros: ()))
        beacon.signature = sign(beacon.signedBytes(overlay: overlay))
        for link in children.attachedLinks { actions.append(.send(link, .beacon(beacon))) }
    }

    /// The overlay ends: every agent stops its commands, cleans up and leaves.
    package mutating func dissolve(at now: Instant, into actions: inout [Action]) {
        guard !isDissolving else { return }
        isDissolving = true
        for rank in launch.stop() { actions.append(.abandonAgent(rank, "the overlay ends")) }
        writer.append(.dissolve)
        flush(into: &actions)
        timers.set(.dissolve, at: now.advanced(byMilliseconds: 2 * ProtocolLimits.dissolveMilliseconds))
        if children.attachedCount == 0 { dissolved(into: &actions) }
    }

    mutating func dissolved(into actions: inout [Action]) {
        guard !isDissolved else { return }
        isDissolved = true
        timers.cancel(.dissolve)
        actions.append(.notify(.dissolved))
    }
}
