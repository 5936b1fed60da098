import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// Measures one size of one shape with the real core: the tree is launched, one command goes down and its outcomes come
/// up, and one strict barrier is entered and released.
package struct ScaleRun {
    private let world: World
    private let model: ScaleModel
    private let layout: TreeLayout
    private let tally: ScaleTally
    private var row: ScaleRow

    package static func measure(_ shape: TreeShape, hosts: Int, model: ScaleModel) -> ScaleRow {
        var run = ScaleRun(shape, hosts: hosts, model: model)
        run.launch()
        if run.row.problems.isEmpty { run.command() }
        if run.row.problems.isEmpty { run.barrier() }
        run.row.occurrences = run.world.occurrences
        run.row.problems += run.world.faults
        run.world.heard = nil
        return run.row
    }

    private init(_ shape: TreeShape, hosts: Int, model: ScaleModel) {
        self.model = model
        layout = shape.layout(count: hosts)
        let world = World(model.plan(shape, count: hosts))
        let tally = ScaleTally(rootChildren: layout.children(of: 0).map { Rank(UInt32($0 - 1)) })
        world.heard = { [unowned world] party, message in tally.hear(message, by: party, at: world.now) }
        self.world = world
        self.tally = tally
        row = ScaleRow(
            shape: shape, hosts: hosts, depth: layout.depth, rootChildren: layout.children(of: 0).count,
            theory: ScaleRun.theory(shape, layout, model), isExact: model.isExact)
    }

    private static func theory(_ shape: TreeShape, _ layout: TreeLayout, _ model: ScaleModel) -> ScaleRow.Theory {
        let (count, costs) = (layout.count, model.costs)
        return ScaleRow.Theory(
            fanOut: model.journalNanoseconds + FanOut.completion(shape, count: count, costs: costs),
            bound: model.journalNanoseconds + PostalBound.earliest(count: count, costs: costs),
            barrier: model.journalNanoseconds
                + BarrierTime.strict(
                    shape, count: count, lastEntryDepth: layout.depth(of: deepest(layout)), costs: costs),
            barrierMessages: BarrierTime.messages(count: count), barrierRootMessages: BarrierTime.rootMessages(layout))
    }

    /// The last of the positions that are farthest from the root: who enters the barrier last.
    private static func deepest(_ layout: TreeLayout) -> Int {
        (1...layout.count).last { layout.depth(of: $0) == layout.depth } ?? layout.count
    }

    /// Far more than any launch takes: a tree that hangs is reported, not waited for.
    private var launchMillisecondsMax: UInt64 {
        let hosts = UInt64(layout.count)
        return 600_000 + hosts * (model.startNanoseconds + model.connectNanoseconds) / 1_000_000
    }

    private mutating func launch() {
        let began = world.now
        world.command { controller, now, actions in
            controller.launch(RankSet(count: layout.count), at: now, into: &actions)
        }
        let isSettled = world.run(atMostMilliseconds: launchMillisecondsMax) {
            world.controller.inPlace { $0.isLaunchSettled }
        }
        row.launch = world.now - began
        let joined = world.controller.joined.count
        if !isSettled || joined < layout.count { row.problems.append("\(joined) of \(layout.count) hosts joined") }
        let misplaced = (1...layout.count).count { position in
            let parent = layout.parent(of: position) ?? 0
            return world.parentInTree(of: UInt32(position - 1))
                != (parent == 0 ? .controller : Rank(UInt32(parent - 1)))
        }
        if misplaced > 0 { row.problems.append("\(misplaced) hosts are not where the shape has them") }
        world.run(atMostMilliseconds: ScaleRun.restMilliseconds)
    }

    /// Between phases, so that nothing of one is left when the next begins.
    private static let restMilliseconds: UInt64 = 1_000
    /// What a command or barrier may take.
    private static let phaseMillisecondsMax: UInt64 = 600_000

    private func begin() -> UInt64 {
        tally.clear()
        world.clearCounts()
        return world.now
    }

    private mutating func command() {
        let began = begin()
        let process = ProcessScript(milliseconds: model.processMilliseconds)
        world.script = { [unowned world, tally] _, _ in
            tally.spawn(at: world.now)
            return process
        }
        let id = world.runCommand(output: .discard)
        if !world.runUntilClosed(id, atMostMilliseconds: Self.phaseMillisecondsMax) {
            row.problems.append("the command did not end")
        }
        let ok = world.outcomes(of: id)[.ok] ?? 0
        if ok < layout.count { row.problems.append("the command was ok on \(ok) of \(layout.count) hosts") }
        let lastExit = tally.lastSpawnAt + model.processMilliseconds * 1_000_000
        row.command.fanOut = tally.lastLogAt - began
        row.command.roundTrip = world.now - began
        row.command.rollup = world.now > lastExit ? world.now - lastExit : 0
        row.command.rootMessages = world.root.counts.messages
        row.command.rootBytes = world.root.counts.bytes
        (row.command.busiest, row.command.busiestMessages) = (.controller, world.root.counts.messages)
        for host in world.hosts where host.machine.counts.messages > row.command.busiestMessages {
            (row.command.busiest, row.command.busiestMessages) = (.host(host.rank), host.machine.counts.messages)
        }
        world.run(atMostMilliseconds: Self.restMilliseconds)
    }

    private mutating func barrier() {
        let key = BarrierKey(application: "app", name: "scale")
        guard let process = openBarrier(key) else { return }
        let last = ScaleRun.deepest(layout)
        let lastRank = Rank(UInt32(last - 1))
        _ = begin()
        for host in world.hosts where host.rank != lastRank { enter(host.rank, process, key) }
        // Every edge but those between the last one and the root has been used once when the others are in.
        let before = layout.count - layout.depth(of: last)
        world.run(atMostMilliseconds: Self.phaseMillisecondsMax) { tally.entries >= before }
        if tally.entries != before { row.problems.append("\(tally.entries) of \(before) entries came before the last") }
        let began = world.now
        enter(lastRank, process, key)
        let isOver = world.run(atMostMilliseconds: Self.phaseMillisecondsMax) {
            world.applicationAnswers.count == layout.count
        }
        if !isOver { row.problems.append("\(world.applicationAnswers.count) of \(layout.count) hosts were released") }
        row.barrier.release = world.now - began
        world.run(atMostMilliseconds: Self.restMilliseconds)
        row.barrier.messages = tally.entries + tally.logs
        // Heartbeats, acknowledgements and credit apart.
        row.barrier.rootMessages = tally.rootEntries + tally.rootLogs
    }

    /// A process on every host that will enter the barrier; nil where that fails.
    private mutating func openBarrier(_ key: BarrierKey) -> OperationID? {
        let request = ControllerNode.BarrierRequest(
            key: key, policy: BarrierPolicy(entry: .all(timeout: nil)), participants: world.everyone,
            members: [BarrierOpening.Member(application: key.application, processes: 1)])
        let error: BarrierPolicyError? = world.command { controller, now, actions in
            do throws(BarrierPolicyError) {
                try controller.openBarrier(request, at: now, into: &actions)
                return nil
            } catch {
                return error
            }
        }
        if let error {
            row.problems.append("no barrier: \(error)")
            return nil
        }
        tally.clear()
        let process = ProcessScript(milliseconds: 10 * Self.phaseMillisecondsMax)
        world.script = { [unowned world, tally] _, _ in
            tally.spawn(at: world.now)
            return process
        }
        let task = RunTask(
            application: key.application, arguments: ["enter"], environment: [], workingDirectory: "",
            timeoutMilliseconds: 0, graceMilliseconds: 0, output: .discard, barriers: [key.name])
        let id = world.submit(.run(task), to: world.everyone)
        world.run(atMostMilliseconds: Self.phaseMillisecondsMax) { tally.spawned == layout.count }
        world.run(atMostMilliseconds: Self.restMilliseconds)
        return id
    }

    private func enter(_ rank: Rank, _ process: OperationID, _ key: BarrierKey) {
        world.give(.host(rank), .applicationEnters(process, barrier: key.name, request: UInt64(rank.value)))
    }
}
