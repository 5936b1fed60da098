import NIOCore
import OrderedCollections
import PlushProtocol
import PlushTree
import PlushWire

/// What a test does as the controller's client.
extension World {
    /// A world whose tree stands.
    package static func built(_ plan: WorldPlan) -> World {
        let world = World(plan)
        world.launch()
        return world
    }

    package func launch(_ ranks: RankSet? = nil, atMostMilliseconds limit: UInt64 = 120_000) {
        let set = ranks ?? RankSet(count: plan.count)
        command { controller, now, actions in controller.launch(set, at: now, into: &actions) }
        let isSettled = run(atMostMilliseconds: limit) { controller.inPlace { $0.isLaunchSettled } }
        if !isSettled { fault("the launch did not settle") }
        run(atMostMilliseconds: 50)
    }

    package var everyone: RankSet {
        RankSet(count: plan.count)
    }

    @discardableResult
    package func submit(
        _ task: OperationTask, to ranks: RankSet, expiryMilliseconds: UInt64 = 0, spooled: [UInt64] = [],
        reportIntervalMilliseconds: UInt32 = 0
    ) -> OperationID {
        let request = ControllerNode.Request(
            targets: ranks, task: task, reportIntervalMilliseconds: reportIntervalMilliseconds,
            expiryMilliseconds: expiryMilliseconds, spooled: spooled)
        records.targets[controller.nextOperation] = ranks
        return command { controller, now, actions in controller.submit(request, at: now, into: &actions) }
    }

    @discardableResult
    package func runCommand(
        on ranks: RankSet? = nil, output: RunTask.Output = .stream, timeoutMilliseconds: UInt64 = 0,
        graceMilliseconds: UInt32 = 500, expiryMilliseconds: UInt64 = 0
    ) -> OperationID {
        let task = RunTask(
            application: "app", arguments: ["command"], environment: [], workingDirectory: "",
            timeoutMilliseconds: timeoutMilliseconds, graceMilliseconds: graceMilliseconds, output: output)
        return submit(.run(task), to: ranks ?? everyone, expiryMilliseconds: expiryMilliseconds)
    }

    package func cancel(_ id: OperationID) {
        command { controller, now, actions in controller.cancel(id, at: now, into: &actions) }
    }

    package func dissolve() {
        command { controller, now, actions in controller.dissolve(at: now, into: &actions) }
    }

    @discardableResult
    package func runUntilClosed(_ id: OperationID, atMostMilliseconds limit: UInt64 = 120_000) -> Bool {
        run(atMostMilliseconds: limit) { !controller.inPlace { $0.openOperationIDs.contains(id) } }
    }

    /// How many ranks ended in which way.
    package func outcomes(of id: OperationID) -> [Outcome.Kind: Int] {
        var counts: [Outcome.Kind: Int] = [:]
        for bucket in closing(of: id)?.buckets ?? [] { counts[bucket.outcome.kind, default: 0] += bucket.ranks.count }
        return counts
    }

    package func ranks(of id: OperationID, _ kind: Outcome.Kind) -> RankSet {
        (closing(of: id)?.buckets ?? []).filter { $0.outcome.kind == kind }
            .reduce(into: RankSet()) { $0.formUnion($1.ranks) }
    }

    package func detail(of id: OperationID, rank: UInt32) -> String? {
        closing(of: id)?.buckets.first { $0.ranks.contains(Rank(rank)) }?.outcome.detail
    }

    /// The whole of a probe: everything that can answer answers.
    @discardableResult
    package func probe(_ ranks: RankSet? = nil) -> OperationID {
        let id = submit(.probe, to: ranks ?? everyone)
        if !runUntilClosed(id) { fault("a probe did not close") }
        return id
    }

    package func parentInTree(of rank: UInt32) -> Rank? {
        controller.inPlace { $0.parent(of: Rank(rank)) }
    }
}
