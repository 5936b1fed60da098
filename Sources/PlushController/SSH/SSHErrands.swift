import NIOCore
import PlushSSH
import PlushTree

/// One command on many hosts over plain logins, so many at one time. Lives on the controller's event loop.
final class SSHErrands {
    private let command: String
    private let plan: SSHPlan
    private let queue: LoginQueue
    private let eventLoop: any EventLoop
    private var waiting: ArraySlice<Rank>
    private var running: [Rank: SSHErrand] = [:]
    private var reports: [Rank: Result<SSHErrand.Report, SSHFailure>] = [:]
    private let promise: EventLoopPromise<[Rank: Result<SSHErrand.Report, SSHFailure>]>

    init(_ ranks: RankSet, _ command: String, plan: SSHPlan, window: Int, on eventLoop: any EventLoop) {
        self.command = command
        self.plan = plan
        self.eventLoop = eventLoop
        queue = LoginQueue(ceiling: window)
        waiting = Array(ranks)[...]
        promise = eventLoop.makePromise()
        for _ in 0..<max(1, window) { startNext() }
    }

    /// One report per host, once all are there.
    var done: EventLoopFuture<[Rank: Result<SSHErrand.Report, SSHFailure>]> { promise.futureResult }

    private func startNext() {
        guard let rank = waiting.popFirst() else {
            if running.isEmpty { promise.succeed(reports) }
            return
        }
        let errand = SSHErrand(
            rank, command, plan: plan, queue: queue, on: eventLoop, milliseconds: plan.connectMilliseconds
        ) { report in
            self.reports[rank] = report
            self.running[rank] = nil
            self.startNext()
        }
        running[rank] = errand
        errand.start()
    }

    /// Ends what goes on; hosts that have not reported are left out.
    func stop() {
        waiting = []
        for errand in Array(running.values) { errand.stop() }
        running = [:]
        promise.succeed(reports)
    }
}
