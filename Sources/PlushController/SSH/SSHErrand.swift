import NIOCore
import PlushSSH
import PlushTree

/// One command on one host over a plain login, without an agent.
final class SSHErrand {
    /// What came of it.
    struct Report {
        let exit: SSHExit
        let output: [UInt8]
        let errorOutput: [UInt8]
    }

    private let command: String
    private let eventLoop: any EventLoop
    private let milliseconds: Int64
    private let done: (Result<Report, SSHFailure>) -> Void
    private var login: SSHLogin?
    private var waited = (step: "the login did not begin", remedy: "")
    private var output: [UInt8] = []
    private var errorOutput: [UInt8] = []
    private var timer: Scheduled<Void>?
    private var isOver = false

    /// `milliseconds`: how long all of it may take; `done` is called once.
    init(
        _ rank: Rank, _ command: String, plan: SSHPlan, queue: LoginQueue, on eventLoop: any EventLoop,
        milliseconds: Int64, done: @escaping (Result<Report, SSHFailure>) -> Void
    ) {
        self.command = command
        self.eventLoop = eventLoop
        self.milliseconds = milliseconds
        self.done = done
        login = SSHLogin(rank, plan: plan, queue: queue, on: eventLoop, user: self)
    }

    func start() {
        timer = eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(milliseconds)) { self.expire() }
        login?.start()
    }

    private func expire() {
        finish(.failure(SSHFailure(.session, "\(waited.step) within \(milliseconds / 1_000) s", remedy: waited.remedy)))
    }

    /// Ends it; nothing is reported.
    func stop() {
        isOver = true
        timer?.cancel()
        login?.close()
        login = nil
    }

    private func finish(_ result: Result<Report, SSHFailure>) {
        guard !isOver else { return }
        stop()
        done(result)
    }

    /// More than any errand has to say.
    private static let outputBytesMax = 64 << 10
}

extension SSHErrand: SSHLoginUser {
    /// The time of an errand begins with its turn, too.
    func begins() {
        timer?.cancel()
        timer = eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(milliseconds)) { self.expire() }
    }

    func waits(for step: String, remedy: String) {
        waited = (step, remedy)
    }

    func handlers() -> [any ChannelHandler] {
        let channel = HostChannel()
        channel.received = { [weak self] bytes in
            guard let self, self.output.count < Self.outputBytesMax else { return }
            self.output.append(contentsOf: bytes.readableBytesView)
        }
        return [channel]
    }

    func loggedIn(_ connection: SSHConnection) {
        waited = ("the command did not end", "give it more time with -t")
        connection.execute(command)
        connection.closeInput()
    }

    func errorOutput(_ bytes: ByteBuffer) {
        if errorOutput.count < Self.outputBytesMax { errorOutput.append(contentsOf: bytes.readableBytesView) }
    }

    func commandEnded(_ exit: SSHExit) {
        finish(.success(Report(exit: exit, output: output, errorOutput: errorOutput)))
    }

    func failed(_ failure: SSHFailure) {
        finish(.failure(failure))
    }
}
