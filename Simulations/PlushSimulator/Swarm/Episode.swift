import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// One life from beginning to end: the tree is built; a safety phase in which faults strike and nothing wrong may ever
/// be said or done; a liveness phase without faults, in which everything must come right within a budget; the end.
package struct Episode {
    /// What came of it.
    package struct Verdict: Sendable {
        package let seed: UInt64
        package let violations: [Violation]
        package let traceHash: UInt64
        /// Events that were simulated.
        package let occurrences: Int
        /// Virtual time. Nanoseconds.
        package let nanoseconds: UInt64

        /// The command that shows this life again.
        package var rerun: String {
            "plush-sim --seed \(seed) --trace"
        }
    }

    /// Virtual time that the protocol may take to mend everything once the faults are over: the silence after which a
    /// peer counts as gone for each level that may have died, and the answer margin of the longest command.
    package static let livenessMilliseconds: UInt64 = 240_000

    private let plan: SwarmPlan
    private let world: World
    private var asked: [OperationID] = []

    package static func run(_ plan: SwarmPlan, lines: ((String) -> Void)? = nil) -> Verdict {
        var episode = Episode(plan, lines)
        episode.live()
        let world = episode.world
        return Verdict(
            seed: plan.seed, violations: world.violations, traceHash: world.trace.hash,
            occurrences: world.occurrences, nanoseconds: world.nanoseconds)
    }

    private init(_ plan: SwarmPlan, _ lines: ((String) -> Void)?) {
        self.plan = plan
        world = World(plan.world)
        world.isTracing = true
        world.lines = lines
        world.script = { rank, id in plan.script(rank, id) }
    }

    private mutating func live() {
        if plan.kinds.contains(.earliness) {
            world.command { controller, now, actions in
                controller.launch(RankSet(count: plan.world.count), at: now, into: &actions)
            }
        } else {
            world.launch()
        }
        safety()
        liveness()
        dissolution()
    }

    private mutating func safety() {
        let start = world.nanoseconds
        for fault in plan.faults { world.expect(fault.what, atNanoseconds: start + fault.nanoseconds) }
        for act in plan.acts {
            run(until: start + act.nanoseconds)
            perform(act.what)
        }
        run(until: start + plan.safetyMilliseconds * 1_000_000)
    }

    private func run(until nanoseconds: UInt64) {
        guard nanoseconds > world.nanoseconds else { return }
        world.run(atMostNanoseconds: nanoseconds - world.nanoseconds)
    }

    private mutating func perform(_ act: SwarmAct) {
        switch act {
        case .probe(let ranks): asked.append(world.submit(.probe, to: ranks))
        case .run(let ranks, let output, let timeout):
            asked.append(
                world.runCommand(on: ranks, output: output, timeoutMilliseconds: timeout, graceMilliseconds: 200))
        case .files(let ranks, let bytes):
            let content = SwarmPlan.lines(seed: plan.seed &+ UInt64(asked.count), bytes: bytes)
            asked.append(world.sendFiles([("a", content), ("b", ByteBuffer())], to: ranks))
        case .collect(let ranks):
            asked.append(world.submit(.collect(CollectTask(application: "app", paths: ["results"])), to: ranks))
        case .cancel(let back):
            if asked.count >= back { world.cancel(asked[asked.count - back]) }
        }
    }

    private func liveness() {
        // Faults that were planned for later have come to nothing; what they would have ended is ended now.
        world.forgetPlannedFaults()
        world.calm()
        let isDone = world.run(atMostMilliseconds: Episode.livenessMilliseconds) {
            world.controller.inPlace { $0.isLaunchSettled && $0.openOperationIDs.isEmpty }
        }
        // Settlements go down with the next beacon, dead links are noticed by their silence, and whoever has no parent
        // lives on until its lease is over.
        world.run(atMostMilliseconds: isDone ? plan.world.leaseMilliseconds + 15_000 : 1_000)
        world.settle()
    }

    /// All agents end, whatever they were doing.
    private func dissolution() {
        world.dissolve()
        world.run(atMostMilliseconds: 2 * plan.world.leaseMilliseconds + 60_000) {
            world.records.isDissolved && world.hosts.allSatisfy { !$0.hasNode || $0.isGone }
        }
        if !world.records.isDissolved { world.violate(Converge.name, "the overlay did not dissolve") }
        for host in world.hosts where host.hasNode && !host.isGone {
            world.violate(Converge.name, "\(host.rank) has not ended with its overlay")
        }
    }
}
