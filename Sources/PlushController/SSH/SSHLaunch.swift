import NIOCore
import PlushProtocol
import PlushRuntime
import PlushSSH
import PlushTree
import PlushWire

/// From a login to the agent: the host's shell looks for the agent, gets it sent where it is missing, and becomes it.
final class SSHLaunch {
    private enum State {
        case loggingIn
        /// The host's shell looks for the agent.
        case starting(SSHConnection, HostChannel)
        /// The agent speaks.
        case running(SSHConnection)
        case over
    }

    let rank: Rank
    let dialog: LaunchDialog
    private let plan: SSHPlan
    private let eventLoop: any EventLoop
    private let reports: LaunchReports
    private var login: SSHLogin?
    private var state = State.loggingIn
    private var channel: HostChannel?
    private var reply = HostReply()
    private var errorOutput: [UInt8] = []
    /// Whether the host's shell was asked to look at everything anew.
    private var isThorough = false
    /// Called once, when nothing of this launch is left on this side.
    var ended: () -> Void = {}

    init(_ rank: Rank, plan: SSHPlan, queue: LoginQueue, on eventLoop: any EventLoop, reports: LaunchReports) {
        self.rank = rank
        self.plan = plan
        self.eventLoop = eventLoop
        self.reports = reports
        dialog = LaunchDialog(rank, post: reports.post)
        let login = SSHLogin(rank, plan: plan, queue: queue, on: eventLoop, user: self)
        self.login = login
        dialog.address = { [weak login] port in
            login?.address.flatMap { NetworkAddress($0, port: port) } ?? .loopback(port: port)
        }
        dialog.explanation = { [weak self] in self?.explanation ?? "the agent ended" }
        // An agent that is in the tree needs its session no more; one that has failed neither.
        dialog.ended = { [weak self] in self?.finish() }
    }

    func start() {
        login?.start()
    }

    /// The launch channel becomes a link, which ends with the session.
    func giveWay(to link: LinkHandler) {
        guard case .running(let connection) = state else { return }
        link.transportIsWritable = { [weak connection] in connection?.isWritable ?? false }
        dialog.channel.giveWay(to: link)
    }

    /// Gives the host up: what was started there ends with its channel.
    func abandon() {
        dialog.close()
        finish()
    }

    private func fail(_ failure: SSHFailure) {
        if !failure.remedy.isEmpty { reports.advise(failure.remedy, failure.message) }
        dialog.fail(failure.message)
        finish()
    }

    private func finish() {
        if case .over = state { return }
        state = .over
        login?.close()
        login = nil
        ended()
    }

    private var explanation: String {
        let words = HostFault.firstLine(of: errorOutput)
        return words.isEmpty ? "the agent ended before it had said anything" : "the agent ended: \(words)"
    }
}

extension SSHLaunch: SSHLoginUser {
    func begins() {
        reports.post(.agentStarting(rank, waitingFor: "its turn came too late", hasProgressed: true))
    }

    func waits(for step: String, remedy: String) {
        reports.advise(remedy, step)
        reports.post(.agentStarting(rank, waitingFor: step, hasProgressed: false))
    }

    func handlers() -> [any ChannelHandler] {
        let channel = HostChannel()
        channel.received = { [weak self] in self?.received($0) }
        channel.closing = { [weak self] in self?.closing() }
        self.channel = channel
        return [channel]
    }

    func loggedIn(_ connection: SSHConnection) {
        guard let channel else { return }
        state = .starting(connection, channel)
        waits(
            for: "logged in, but the login shell did not start the agent",
            remedy: "look for a start-up file there that is slow or waits for input, or give it more time with -t")
        reply = HostReply()
        errorOutput = []
        do {
            connection.execute(try plan.startCommand(rank, isThorough: isThorough))
        } catch {
            fail(SSHFailure(.session, "\(error)"))
        }
    }

    private func received(_ bytes: ByteBuffer) {
        guard case .starting(let connection, let channel) = state else { return }
        switch reply.receive(bytes) {
        case .more:
            break
        case .needsAgent(let form):
            sendAgent(form, over: channel)
        case .fault(let fault):
            fail(fault.failure)
        case .agent(let rest):
            state = .running(connection)
            waits(for: "the agent was started and did not answer", remedy: "give it more time with -t")
            channel.passOn(rest, to: dialog.channel)
        }
    }

    private func sendAgent(_ form: AgentImage.Form, over channel: HostChannel) {
        waits(for: Self.transferStep, remedy: "look at the line to the host and at the load of both ends")
        plan.agentBytes(form, on: eventLoop).assumeIsolated().whenComplete { result in
            guard case .starting = self.state else { return }
            switch result {
            case .success(let bytes):
                channel.write(ByteBuffer(string: "\(bytes.readableBytes)\n"))
                self.send(bytes, over: channel)
            case .failure(let error):
                self.fail(SSHFailure(.session, "the agent could not be packed: \(error)"))
            }
        }
    }

    private static let transferStep = "the transfer of the agent did not go on"
    /// About a second of a slow line.
    private static let pieceBytes = 128 << 10

    /// Piece by piece: each that is gone gives the host its time anew, or a slow line could never start an agent.
    private func send(_ bytes: ByteBuffer, over channel: HostChannel) {
        var rest = bytes
        guard case .starting = state, let piece = rest.readSlice(length: min(Self.pieceBytes, rest.readableBytes)),
            piece.readableBytes > 0
        else { return }
        channel.write(piece)?.assumeIsolated().whenSuccess {
            guard case .starting = self.state else { return }
            self.reports.post(
                .agentStarting(self.rank, waitingFor: Self.transferStep, hasProgressed: true))
            self.send(rest, over: channel)
        }
    }

    private func closing() {
        if case .running(let connection) = state { connection.closeInput() }
    }

    func errorOutput(_ bytes: ByteBuffer) {
        let room = Self.errorBytesMax - errorOutput.count
        if room > 0 { errorOutput.append(contentsOf: bytes.readableBytesView.prefix(room)) }
    }

    /// Enough for the first lines of what a shell has to say.
    private static let errorBytesMax = 4_096

    func commandEnded(_ exit: SSHExit) {
        switch state {
        case .starting(let connection, _):
            let fault = HostFault(exit: exit, errorOutput: errorOutput, reply: reply)
            if fault.deservesCloserLook, !isThorough {
                isThorough = true
                return loggedIn(connection)
            }
            fail(fault.failure)
        case .running:
            // The session ends with the agent that it belonged to; whoever uses the channel learns that from its end.
            finish()
        case .loggingIn, .over:
            break
        }
    }

    func failed(_ failure: SSHFailure) {
        switch state {
        case .loggingIn, .starting: fail(failure)
        case .running: finish()
        case .over: break
        }
    }
}
