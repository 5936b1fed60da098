import NIOCore
import NIOPosix
import PlushRuntime
import PlushSSH
import PlushTree
import PlushWire

/// What a login is for.
protocol SSHLoginUser: AnyObject {
    /// It is the host's turn: its time begins.
    func begins()
    /// What is being waited for now, as the cause to give should time run out meanwhile.
    func waits(for step: String, remedy: String)
    /// What comes behind the connection in the channel's pipeline; asked for at every try.
    func handlers() -> [any ChannelHandler]
    func loggedIn(_ connection: SSHConnection)
    func errorOutput(_ bytes: ByteBuffer)
    func commandEnded(_ exit: SSHExit)
    /// The last word: there is no session, or there is none any more.
    func failed(_ failure: SSHFailure)
}

/// The way to one host: its turn, the connection, the login; again after a pause where the server drops bursts.
final class SSHLogin {
    private enum State {
        /// For its turn, or for the time of another try.
        case waiting
        case dialling
        case loggingIn(SSHConnection)
        case loggedIn(SSHConnection)
        case over
    }

    /// After so many connections that were dropped before the login, the server means it.
    static let attemptsMax = 10
    /// The longest first pause after a drop; each further one may be twice as long, up to the last.
    static let firstPauseMilliseconds: Int64 = 100
    static let lastPauseMilliseconds: Int64 = 3_200

    let rank: Rank
    private let host: SSHHost
    private let plan: SSHPlan
    private let queue: LoginQueue
    private let eventLoop: any EventLoop
    private weak var user: (any SSHLoginUser)?
    private var state = State.waiting
    private var attempt = 0
    private var waited = LoginWait.turn
    /// Ends a try that takes longer than the SSH configuration allows.
    private var limit: Scheduled<Void>?
    /// What the connection said before the dial was over.
    private var earlyFailure: SSHFailure?
    /// The numeric address at which the host was reached.
    private(set) var address: SocketAddress?

    init(_ rank: Rank, plan: SSHPlan, queue: LoginQueue, on eventLoop: any EventLoop, user: any SSHLoginUser) {
        self.rank = rank
        self.plan = plan
        self.queue = queue
        self.eventLoop = eventLoop
        self.user = user
        host = plan.hosts[Int(rank.value)]
    }

    func start() {
        if let refusal = host.refusal { return end(refusal) }
        wait(.turn)
        queue.enter(self)
    }

    /// It is this host's turn.
    func dial() {
        guard case .waiting = state else { return queue.leave(rank, .other) }
        state = .dialling
        attempt += 1
        earlyFailure = nil
        // The time of a host that was dropped before goes on.
        if attempt == 1 { user?.begins() }
        wait(.resolution)
        HostAddresses.resolve(host.hostName, port: host.port, on: eventLoop)
            .assumeIsolated()
            .whenComplete { result in
                guard case .dialling = self.state else { return }
                switch result {
                case .success(let addresses):
                    self.limitTime()
                    self.connect(addresses[...])
                case .failure(let error): self.end(DialFailure.describe(error, port: self.host.port))
                }
            }
    }

    /// One address after the other, as ssh does it.
    private func connect(_ addresses: ArraySlice<SocketAddress>) {
        guard let destination = addresses.first else { return }
        address = destination
        wait(.answer(port: host.port))
        let connection = SSHConnection(plan.connectionOptions(host), owner: self)
        let handlers = NIOLoopBound([connection] + (user?.handlers() ?? []), eventLoop: eventLoop)
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.milliseconds(connectMilliseconds))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: .links)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(handlers.value)
                }
            }
            .connect(to: destination)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .success(let channel):
                    if case .over = self.state { channel.close(promise: nil) }
                    if case .dialling = self.state, let failure = self.earlyFailure { self.retryOrEnd(failure) }
                case .failure(let error):
                    guard case .dialling = self.state else { return }
                    if addresses.count > 1 { return self.connect(addresses.dropFirst()) }
                    self.retryOrEnd(DialFailure.describe(error, port: self.host.port))
                }
            }
    }

    /// What is being waited for; a host that was dropped keeps that as its cause, which says more.
    private func wait(_ cause: LoginWait) {
        waited = cause
        guard attempt <= 1 || cause == .otherTry else { return }
        user?.waits(for: cause.words, remedy: cause.remedy)
    }

    /// ConnectTimeout bounds connecting, the greeting and the key exchange, as in ssh(1).
    private func limitTime() {
        guard let seconds = host.settings.connectTimeoutSeconds else { return }
        limit = eventLoop.assumeIsolated().scheduleTask(in: .seconds(Int64(seconds))) {
            self.end(
                SSHFailure(
                    .session, "\(self.waited.words) within \(seconds) s (ConnectTimeout of the SSH configuration)",
                    remedy: self.waited.remedy))
        }
    }

    /// For the connection alone.
    private var connectMilliseconds: Int64 {
        min(plan.connectMilliseconds, host.settings.connectTimeoutSeconds.map { Int64($0) * 1_000 } ?? .max)
    }

    private func retryOrEnd(_ failure: SSHFailure) {
        guard failure.code == .dropped, attempt < Self.attemptsMax else { return end(failure) }
        queue.leave(rank, .dropped)
        state = .waiting
        limit?.cancel()
        wait(.otherTry)
        let longest = min(Self.lastPauseMilliseconds, Self.firstPauseMilliseconds << Int64(attempt - 1))
        // Full jitter, or those that were dropped together would come back together.
        let pause = Int64.random(in: 0...longest)
        eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(pause)) {
            if case .waiting = self.state { self.queue.enter(self) }
        }
    }

    private func end(_ failure: SSHFailure) {
        guard close() else { return }
        user?.failed(failure)
    }

    /// Ends the session, or the way to it; nothing is told any more. Returns whether there was anything to end.
    @discardableResult
    func close() -> Bool {
        let connection: SSHConnection?
        switch state {
        case .over: return false
        case .waiting, .dialling: connection = nil
        case .loggingIn(let current), .loggedIn(let current): connection = current
        }
        state = .over
        limit?.cancel()
        connection?.disconnect()
        queue.leave(rank, .other)
        return true
    }
}

extension SSHLogin: SSHConnectionOwner {
    func reached(_ step: SSHStep, _ connection: SSHConnection) {
        if case .over = state { return connection.disconnect() }
        switch step {
        case .greeting, .keyExchange, .authentication:
            state = .loggingIn(connection)
            // Whoever signs may be asked for a consent, which takes as long as it takes.
            if step == .authentication { limit?.cancel() }
            wait(step == .greeting ? .greeting(said: connection.said) : .step(step))
        case .ready:
            if case .loggedIn = state { return }
            state = .loggedIn(connection)
            queue.leave(rank, .loggedIn)
            user?.loggedIn(connection)
        case .execution, .running:
            break
        }
    }

    func refusal(of key: SSHHostKey, _ connection: SSHConnection) -> SSHFailure? {
        plan.trust.refusal(of: key, host.settings, address: address?.ipAddress)
    }

    func errorOutput(_ bytes: ByteBuffer, _ connection: SSHConnection) {
        if case .loggedIn = state { user?.errorOutput(bytes) }
    }

    func commandEnded(_ exit: SSHExit, _ connection: SSHConnection) {
        if case .loggedIn = state { user?.commandEnded(exit) }
    }

    func failed(_ failure: SSHFailure, _ connection: SSHConnection) {
        switch state {
        case .loggingIn: retryOrEnd(failure)
        case .loggedIn: end(failure)
        // Of a connection that did not come about the dial tells more, unless there is one after all.
        case .dialling: earlyFailure = failure
        case .waiting, .over: break
        }
    }
}
