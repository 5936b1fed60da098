import CPlushSystem
import NIOCore
import PlushProtocol
import PlushRuntime
import PlushTree
import PlushWire
import Synchronization

/// A ``ControllerNode`` and all that its actions touch on the user's machine. Lives on one event loop.
final class ControllerHost {
    /// What came of an operation.
    struct Result: Sendable {
        let buckets: [OutcomeBucket]
        let truncated: RankSet
    }

    let eventLoop: any EventLoop
    let hostNames: [String]
    private let identity: OverlayIdentity
    private let keys: LinkKeys
    private let journal: Journal
    var node: ControllerNode
    private(set) var driver: NodeDriver?
    private var launcher: (any AgentLauncher)?
    private var spools: [OperationID: TransferSpool] = [:]
    private var closing: [OperationID: EventLoopPromise<Result>] = [:]
    private var launching: EventLoopPromise<Void>?
    private var dissolving: EventLoopPromise<Void>?
    /// Set by an interruption: what is asked for after that is answered at once, except clean-up.
    private(set) var isStopped = false
    /// Hears what happens at barriers, after the clients have been told.
    var barrierObserver: ((BarrierNotice) -> Void)?
    /// The links that the root's own children are about to open over their launch channels.
    private var launchingLinks: [LinkID: Rank] = [:]
    /// What the agents were built as.
    private(set) var builds: [String: RankSet] = [:]
    private let isOpen = OpenFlag()
    private let reporter: EventReporter
    private var listener: LinkListener?

    init(
        on eventLoop: any EventLoop, identity: OverlayIdentity, hostNames: [String], directory: String,
        launchWindow: Int, options: ControllerOptions, reporter: EventReporter,
        makeLauncher: (LaunchReports) -> any AgentLauncher
    ) throws {
        self.eventLoop = eventLoop
        self.reporter = reporter
        self.identity = identity
        self.hostNames = hostNames
        let configuration = ControllerNode.Configuration(
            credential: identity.credential, overlayKey: identity.overlayKey, gateKey: identity.gateKey,
            key: identity.key, shape: options.shape, hostNames: hostNames, launchWindow: launchWindow,
            connectMilliseconds: options.connectMilliseconds, heartbeatMilliseconds: options.heartbeatMilliseconds,
            leaseMilliseconds: options.leaseMilliseconds)
        node = ControllerNode(
            configuration, at: SystemClock.now, tools: .real(provingWith: identity.staticKey),
            sign: identity.sign)
        keys = try LinkKeys(
            overlay: identity.overlay, gateKey: identity.gateKey, staticKey: identity.staticKey,
            certificate: node.ownCertificate())
        journal = try Journal(path: "\(directory)/journal")
        reporter.outcomes = { [unowned self] in self.node.outcomes(of: $0) }
        launcher = makeLauncher(
            LaunchReports(post: { [weak self] in self?.reported($0) }, advise: { reporter.advise($0, for: $1) }))
        driver = NodeDriver(
            on: eventLoop,
            node: NodeDriver.Node(
                handle: { [unowned self] in self.node.handle($0, at: $1, into: &$2) },
                nextDeadline: { [unowned self] in self.node.nextDeadline },
                refusal: { [unowned self] certificate, key, _ in
                    self.node.refusalOfChild(certificate, key: key, at: SystemClock.now)
                }),
            common: self, controller: self)
    }

    private func reported(_ event: Event) {
        if case .agentHello(let rank, let hello, _) = event { builds[hello.build, default: RankSet()].insert(rank) }
        driver?.post(event)
    }

    /// Agents of this machine that have lost every other way may dial the root; the future is done when they can.
    func listen() -> EventLoopFuture<Void> {
        let listener = LinkListener(on: eventLoop)
        listener.makeLink = { [weak self] in self.flatMap { $0.driver?.makeLink(.responder, keys: $0.keys) } }
        self.listener = listener
        return listener.listen(on: "127.0.0.1").assumeIsolated().map { [weak self] port in
            self?.node.listens(at: .loopback(port: port))
        }.nonisolated()
    }

    /// Brings hosts into the tree; the future is done when each is in it or given up.
    func launch(_ ranks: RankSet) -> EventLoopFuture<Void> {
        guard !isStopped else { return eventLoop.makeSucceededVoidFuture() }
        let promise = launching ?? eventLoop.makePromise()
        launching = promise
        driver?.call { now, actions in node.launch(ranks, at: now, into: &actions) }
        return promise.futureResult
    }

    /// Writes an operation to the log; the future is done when it is closed.
    func submit(_ work: Work) -> EventLoopFuture<Result> {
        guard !(isStopped || work.group?.isStopped ?? false) || work.phase == .cleanup else {
            let bucket = OutcomeBucket(
                outcome: Outcome(.notStarted, detail: "the run was stopped"), ranks: work.request.targets)
            return eventLoop.makeSucceededFuture(Result(buckets: [bucket], truncated: RankSet()))
        }
        let id = node.nextOperation
        let promise = eventLoop.makePromise(of: Result.self)
        closing[id] = promise
        work.group?.submitted(id)
        if let spool = work.spool { spools[id] = spool }
        reporter.expect(id, work)
        driver?.call { now, actions in _ = node.submit(work.request, at: now, into: &actions) }
        return promise.futureResult
    }

    /// Stops what is open; returns it.
    func cancelAll() -> [OperationID] {
        isStopped = true
        let open = closing.keys.sorted()
        cancel(open)
        return open
    }

    /// Stops what is still open of these.
    func cancel(_ operations: [OperationID]) {
        for id in operations where closing[id] != nil {
            driver?.call { now, actions in node.cancel(id, at: now, into: &actions) }
        }
    }

    /// Closes what is still open of these: the user will not wait for it any longer.
    func abandon(_ operations: [OperationID], _ outcome: Outcome) {
        for id in operations where closing[id] != nil {
            driver?.call { now, actions in node.abandon(id, outcome, at: now, into: &actions) }
        }
    }

    /// Waiting for the launch ends now, whatever has joined.
    func stopLaunching() {
        launching?.succeed()
        launching = nil
    }

    /// Ends the overlay; the future is done when the tree is empty.
    func dissolve() -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        dissolving = promise
        driver?.call { now, actions in node.dissolve(at: now, into: &actions) }
        return promise.futureResult
    }

    /// What was started is gone when the future is done; see ``AgentLauncher/end(withinMilliseconds:)``.
    func endAgents(withinMilliseconds milliseconds: Int64) -> EventLoopFuture<Void> {
        launcher?.end(withinMilliseconds: milliseconds) ?? eventLoop.makeSucceededVoidFuture()
    }

    /// Nothing is done any more; the future is done when nothing will call back.
    func stop() -> EventLoopFuture<Void> {
        isOpen.value.store(false, ordering: .releasing)
        listener?.close()
        driver?.stop {}
        stopLaunching()
        return journal.drained(on: eventLoop)
    }

    var joined: RankSet { node.joined }
    /// Those that have joined, whether they are still there or not.
    var reached: RankSet { node.reached }
    var traffic: LinkTraffic { driver?.links.traffic ?? LinkTraffic() }

    func parent(of rank: Rank) -> Rank? { node.parent(of: rank) }
    func process(of rank: Rank) -> Int32 { launcher?.process(of: rank) ?? 0 }
}

/// Whether a host's event loop may still be called.
private final class OpenFlag: Sendable {
    let value = Atomic<Bool>(true)
}

extension ControllerHost: NodeEffects {
    func spooledChunk(_ operation: OperationID, number: UInt32) -> FileChunk? {
        spools[operation]?.chunk(operation, number: number)
    }

    func forgetFiles(_ operation: OperationID) {
        spools[operation] = nil
    }

    /// Of a link that was open the node tells the rest; one that was not is a launch that failed.
    func linkEnded(_ link: LinkID, reason: String, wasOpen: Bool) {
        guard let rank = launchingLinks.removeValue(forKey: link), !wasOpen else { return }
        driver?.post(.agentFailed(rank, reason))
    }

    func note(_ text: String) {
        reporter.warn(text)
    }
}

extension ControllerHost: ControllerEffects {
    func startAgent(_ rank: Rank) {
        launcher?.start(rank)
    }

    func sendBootstrap(_ rank: Rank, _ bootstrap: Bootstrap) {
        launcher?.send(bootstrap, to: rank)
        guard bootstrap.parent.address == nil else { return }
        guard let link = driver?.makeLink(.responder, keys: keys) else { return }
        launchingLinks[link.id] = rank
        launcher?.giveWay(rank, to: link)
    }

    func abandonAgent(_ rank: Rank, _ reason: String) {
        launcher?.abandon(rank)
    }

    func append(_ batch: SignedBatch) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        journal.append(batch, on: eventLoop) { isDurable in
            // A journal that cannot be written is the end of all promises: nothing more is sent.
            guard isDurable else { return bound.value.journalFailed() }
            bound.value.driver?.post(.journalDurable(upTo: batch.lastIndex))
        }
    }

    private func journalFailed() {
        abandon(closing.keys.sorted(), Outcome(.notStarted, detail: "the controller's journal cannot be written"))
        dissolving?.succeed()
        dissolving = nil
    }

    func deliver(_ segment: OutputSegment, _ link: LinkID, bytes: UInt64) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let (loop, isOpen) = (eventLoop, isOpen)
        let consumed: @Sendable () -> Void = {
            // A reader may still be busy with output when the overlay is gone, and its loop with it.
            guard isOpen.value.load(ordering: .acquiring) else { return }
            loop.execute { bound.value.driver?.post(.outputConsumed(link, bytes: bytes)) }
        }
        reporter.report(segment, acknowledge: consumed)
    }

    func notify(_ notice: ControllerNotice) {
        reporter.report(notice)
        switch notice {
        case .launched:
            launching?.succeed()
            launching = nil
        case .closed(let id, let buckets, let truncated):
            closing.removeValue(forKey: id)?.succeed(Result(buckets: buckets, truncated: truncated))
        case .dissolved:
            dissolving?.succeed()
            dissolving = nil
        case .barrier(let notice):
            barrierObserver?(notice)
        case .joined, .moved, .away, .returned, .retired, .unreachable, .departed, .progress, .application:
            break
        }
    }
}
