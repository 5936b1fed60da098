import CPlushSystem
import Glibc
import Logging
import NIOCore
import NIOPosix
import PlushProtocol
import PlushSeal
import PlushTree
import PlushWire

/// An agent once it has its bootstrap: a ``RelayNode`` and all that its actions touch.
final class AgentHost {
    private let eventLoop: any EventLoop
    private let bootstrap: Bootstrap
    private let keys: LinkKeys
    private let launch: LaunchChannel
    private let end: AgentEnd
    private let log: Logger
    private var node: RelayNode
    private var driver: NodeDriver?
    private var processes: AgentProcesses?
    private var files: AgentFiles?
    private var isEnding = false

    init(
        on eventLoop: any EventLoop, bootstrap: Bootstrap, staticKey: StaticKeyPair, directory: AgentDirectory,
        children: ChildProcesses, launch: LaunchChannel, end: AgentEnd, log: Logger
    ) throws {
        self.eventLoop = eventLoop
        self.bootstrap = bootstrap
        self.launch = launch
        self.end = end
        self.log = log
        guard Membership.isGenuine(bootstrap.credential, under: bootstrap.overlayKey, tools: .real) else {
            throw AgentError("the epoch credential is not signed by the overlay's key")
        }
        keys = try LinkKeys(
            overlay: bootstrap.credential.overlay, gateKey: bootstrap.gateKey, staticKey: staticKey,
            certificate: bootstrap.certificate)
        node = RelayNode(bootstrap, at: SystemClock.now, tools: .real(provingWith: staticKey))
        let post: (Event) -> Void = { [weak self] event in self?.driver?.post(event) }
        processes = AgentProcesses(
            on: eventLoop, directory: directory, children: children, environment: { bootstrap.commandEnvironment },
            post: post)
        files = AgentFiles(on: eventLoop, directory: directory, post: post)
        driver = NodeDriver(
            on: eventLoop,
            node: NodeDriver.Node(
                handle: { [unowned self] in self.node.handle($0, at: $1, into: &$2) },
                nextDeadline: { [unowned self] in self.node.nextDeadline },
                refusal: { [unowned self] in self.refusal($0, $1, $2) }),
            common: self, agent: self)
    }

    private func refusal(_ certificate: Certificate, _ key: PublicKey, _ dialled: Rank?) -> String? {
        guard let dialled else { return node.refusalOfChild(certificate, key: key, at: SystemClock.now) }
        return node.refusalOfParent(certificate, key: key, dialled: dialled, at: SystemClock.now)
    }

    /// Dials the parent, and takes children on `listener`.
    func start(_ listener: LinkListener) {
        listener.makeLink = { [weak self] in self?.makeChildLink() }
        driver?.call { now, actions in node.start(at: now, into: &actions) }
    }

    private func makeChildLink() -> LinkHandler? {
        driver?.makeLink(.responder, keys: keys)
    }

    /// The launcher is gone before this agent was in the tree: it counts as failed there, whatever the parent says.
    func launchChannelClosed() {
        terminate("the launcher is gone")
    }
}

extension AgentHost: NodeEffects {
    func spooledChunk(_ operation: OperationID, number: UInt32) -> FileChunk? {
        files?.spooled(operation, number: number)
    }

    func forgetFiles(_ operation: OperationID) {
        files?.forget(operation)
    }

    func linkEnded(_ link: LinkID, reason: String, wasOpen: Bool) {
        note(reason)
    }

    func note(_ text: String) {
        log.notice("rank \(bootstrap.certificate.rank): \(text)")
    }
}

extension AgentHost: AgentEffects {
    func dial(_ parent: Bootstrap.Parent) {
        guard let link = driver?.makeLink(.initiator(remoteKey: parent.key), keys: keys, to: parent.rank) else {
            return
        }
        guard let address = parent.address else {
            launch.giveWay(to: link)
            return
        }
        // The host is numeric: connecting by name would start a resolver, with a thread of its own.
        let bytes = ByteBuffer(bytes: address.bytes)
        guard let destination = try? SocketAddress(packedIPAddress: bytes, port: Int(address.port)) else {
            preconditionFailure("an address of \(address.bytes.count) bytes passed its checks")
        }
        let bound = NIOLoopBound(link, eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(RuntimeLimits.dialTime)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: .links)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(bound.value) }
            }
            .connect(to: destination)
            .assumeIsolated()
            .whenFailure { error in link.dialFailed("\(address): \(ConnectionFailure.words(error))") }
    }

    /// The tree is the way now; the launcher need not keep a channel per host.
    func attached() {
        guard bootstrap.parent.address != nil else { return }
        launch.send(.attached)
        launch.close()
    }

    func spawn(_ operation: OperationID, _ task: RunTask) {
        processes?.spawn(operation, task)
    }

    /// A child has ended.
    func reap() {
        processes?.reap()
    }

    func signal(_ operation: OperationID, _ signal: ProcessSignal) {
        processes?.signal(operation, signal)
    }

    func setPaused(_ isPaused: Bool, _ operation: OperationID, _ stream: OutputSegment.Stream) {
        switch stream {
        case .standardOutput, .standardError: processes?.setPaused(isPaused, operation, stream)
        case .collection: files?.setPaused(isPaused, operation)
        }
    }

    func closeOutput(_ operation: OperationID) {
        processes?.closeOutput(operation)
    }

    func collect(_ operation: OperationID, _ task: CollectTask) {
        files?.collect(operation, task)
    }

    func prepareFiles(_ operation: OperationID, _ task: FilesTask, asTarget: Bool) {
        files?.prepare(operation, task, asTarget: asTarget)
    }

    func storeChunk(_ chunk: FileChunk, _ link: LinkID) {
        files?.store(chunk, link)
    }

    func finishFiles(_ operation: OperationID) {
        files?.finish(operation)
    }

    func answerApplication(_ request: UInt64, _ answer: BarrierAnswer) {
        processes?.sockets.answer(request, answer)
    }

    /// Ends the process as ``terminate(_:)`` does, but takes leave of the parent first: nothing else tells it why.
    func terminateBySignal() {
        let reason = "told to end by a signal"
        if let link = node.committedParentLink { driver?.links.send(.leave(reason), to: link) }
        terminate(reason)
    }

    /// Ends the process once the last words are written; see ``AgentEnd`` for commands and directory.
    func terminate(_ reason: String) {
        guard !isEnding else { return }
        isEnding = true
        log.notice("rank \(bootstrap.certificate.rank): ends: \(reason)")
        launch.send(.failed(reason.cutForWire))
        let loop = eventLoop.assumeIsolated()
        loop.scheduleTask(in: RuntimeLimits.lastWordsTime) { self.end.exit(0) }
        driver?.stop { self.end.exit(0) }
    }
}

extension Bootstrap {
    /// What every command of this agent finds in its environment, besides what the agent itself was started with.
    fileprivate var commandEnvironment: [String: String] {
        var variables = InheritedEnvironment.variables
        variables["PLUSH_RANK"] = certificate.rank.description
        variables["PLUSH_HOST"] = hostName
        variables["PLUSH_HOSTS"] = String(hostCount)
        return variables
    }
}

/// Why an agent cannot begin.
struct AgentError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
