import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// All operations of one cluster in their order, to be submitted together: software, then one stage after the other.
/// Agents hold them back where a barrier stands between.
struct StageChain: Sendable {
    /// Commands that start together.
    struct Stage: Sendable {
        /// What hosts go through before; nil only for a first stage that starts at once.
        let barrier: BarrierKey?
        let commands: [(name: String, task: RunTask)]
    }

    /// Makes the work of a command; a placeholder is told nobody.
    typealias Maker = @Sendable (_ name: String, ControllerNode.Request, _ isPlaceholder: Bool) -> Work

    let targets: RankSet
    /// What the first barrier waits for.
    let transfer: Work?
    let stages: [Stage]

    /// What stands for a stage without processes: hosts enter its barrier and go through it, and nothing follows.
    static func placeholder(application: String) -> RunTask {
        RunTask(
            application: application, arguments: ["/bin/sh", "-c", ":"], environment: [], workingDirectory: "",
            timeoutMilliseconds: 0, graceMilliseconds: 0, output: .discard)
    }
}

/// An operation that has been submitted.
struct PendingWork: Sendable {
    let id: OperationID
    let work: Work
    let result: EventLoopFuture<ControllerHost.Result>
}

extension ControllerHost {
    /// Submits a chain; a stage follows all commands of the one before.
    func submit(_ chain: StageChain, make: StageChain.Maker) -> [PendingWork] {
        var pending: [PendingWork] = []
        var before: [OperationID] = []
        if let transfer = chain.transfer {
            pending.append(submitPending(transfer))
            before = [pending[0].id]
        }
        for stage in chain.stages {
            let isPlaceholder = stage.commands.isEmpty
            let holder = StageChain.placeholder(application: stage.barrier?.application ?? "")
            let commands = isPlaceholder ? [(name: stage.barrier?.name ?? "", task: holder)] : stage.commands
            let submitted = commands.map { command in
                let task: OperationTask =
                    stage.barrier.map { .gated(Gate(barrier: $0, after: before), command.task) } ?? .run(command.task)
                let request = ControllerNode.Request(targets: chain.targets, task: task)
                return submitPending(make(command.name, request, isPlaceholder))
            }
            before = submitted.map(\.id)
            pending += submitted
        }
        return pending
    }

    func submitPending(_ work: Work) -> PendingWork {
        let id = nextOperation
        return PendingWork(id: id, work: work, result: submit(work))
    }
}
