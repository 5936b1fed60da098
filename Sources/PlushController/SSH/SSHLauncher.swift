import NIOCore
import PlushProtocol
import PlushRuntime
import PlushSSH
import PlushTree
import PlushWire

/// Starts agents on other hosts over SSH. The exec channel of an agent is its launch channel, and for the root's own
/// children it becomes their link; the others' sessions are closed as soon as they are in the tree.
final class SSHLauncher: AgentLauncher {
    private let eventLoop: any EventLoop
    private let plan: SSHPlan
    private let reports: LaunchReports
    private let queue: LoginQueue
    private var launches: [Rank: SSHLaunch] = [:]
    private var ending: EventLoopPromise<Void>?

    init(on eventLoop: any EventLoop, plan: SSHPlan, launchWindow: Int, reports: LaunchReports) {
        self.eventLoop = eventLoop
        self.plan = plan
        self.reports = reports
        queue = LoginQueue(ceiling: launchWindow)
    }

    func start(_ rank: Rank) {
        let launch = SSHLaunch(rank, plan: plan, queue: queue, on: eventLoop, reports: reports)
        launches[rank] = launch
        launch.ended = { [weak self] in self?.ended(rank) }
        launch.start()
    }

    private func ended(_ rank: Rank) {
        launches[rank] = nil
        if launches.isEmpty { ending?.succeed() }
    }

    func send(_ bootstrap: Bootstrap, to rank: Rank) {
        launches[rank]?.dialog.send(bootstrap)
    }

    func giveWay(_ rank: Rank, to link: LinkHandler) {
        launches[rank]?.giveWay(to: link)
    }

    func abandon(_ rank: Rank) {
        launches[rank]?.abandon()
    }

    func process(of rank: Rank) -> Int32 { 0 }

    /// Sessions that are still there belong to the root's children, and end when their agents have cleaned up.
    func end(withinMilliseconds milliseconds: Int64) -> EventLoopFuture<Void> {
        guard !launches.isEmpty else { return eventLoop.makeSucceededVoidFuture() }
        let promise = eventLoop.makePromise(of: Void.self)
        ending = promise
        eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(milliseconds)) {
            for launch in Array(self.launches.values) { launch.abandon() }
        }
        return promise.futureResult
    }
}
