import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// Plays a scenario in a world and writes down what is to be seen.
package struct ScenarioRunner {
    private let scenario: Scenario
    private let world: World
    private let text = ScenarioText()
    private var operations: [OperationID] = []

    /// The trace of a scenario: what was shown, and a last line that says whether any checker objected. Throws where a
    /// step names a host that is not there.
    package static func trace(of scenario: Scenario) throws(ScenarioError) -> String {
        var runner = ScenarioRunner(scenario)
        for step in scenario.steps { try runner.perform(step) }
        return runner.finish()
    }

    private init(_ scenario: Scenario) {
        self.scenario = scenario
        let plan = ScenarioRunner.plan(scenario)
        world = World(plan)
        let scripts = ScenarioRunner.scripts(scenario)
        world.script = { rank, _ in scripts.last { $0.ranks.contains(rank) }?.script ?? ProcessScript() }
        world.lines = { [text] line in text.take(line) }
    }

    private static func plan(_ scenario: Scenario) -> WorldPlan {
        var plan = WorldPlan(0)
        for step in scenario.steps {
            switch step.command {
            case .hosts(let count, let shape):
                plan.count = count
                plan.shape = shape
            case .seed(let seed): plan.seed = seed
            case .bandwidth(let bytes): plan.cost.bytesPerSecond = bytes
            case .start(let ranks, let start):
                for rank in ranks {
                    switch start {
                    case .fails: plan.starts[rank.value] = .fails("cannot be started")
                    case .silent: plan.starts[rank.value] = .neverAnswers
                    case .stuck: plan.starts[rank.value] = .neverAttaches
                    }
                }
            case .set(let setting, let nanoseconds): set(setting, nanoseconds, in: &plan)
            default: break
            }
        }
        return plan
    }

    private static func set(_ setting: Scenario.Setting, _ nanoseconds: UInt64, in plan: inout WorldPlan) {
        switch setting {
        case .heartbeat: plan.heartbeatMilliseconds = nanoseconds / 1_000_000
        case .lease: plan.leaseMilliseconds = nanoseconds / 1_000_000
        case .connect: plan.connectMilliseconds = nanoseconds / 1_000_000
        case .latency: plan.latency.nanoseconds = nanoseconds
        case .jitter: plan.latency.jitterNanoseconds = nanoseconds
        case .send: plan.cost.sendNanoseconds = nanoseconds
        case .receive: plan.cost.receiveNanoseconds = nanoseconds
        case .journal: plan.cost.journal = .fixed(nanoseconds)
        case .start: plan.cost.connect = .fixed(nanoseconds)
        }
    }

    private static func scripts(_ scenario: Scenario) -> [(ranks: RankSet, script: ProcessScript)] {
        scenario.steps.compactMap { step in
            guard case .command(let ranks, let nanoseconds, let exit, let prints) = step.command else { return nil }
            return (
                ranks,
                ProcessScript(
                    exit: exit, standardOutput: ByteBuffer(string: prints.isEmpty ? "" : prints + "\n"),
                    milliseconds: nanoseconds / 1_000_000)
            )
        }
    }

    private mutating func perform(_ step: Scenario.Step) throws(ScenarioError) {
        switch step.command {
        case .hosts, .seed, .set, .bandwidth, .start, .command: return
        case .trace(let level): return text.level = level
        default: text.say("> \(step.text)")
        }
        switch step.command {
        case .hosts, .seed, .set, .bandwidth, .start, .command, .trace: break
        case .launch: world.launch()
        case .run(let ranks, let output, let timeout):
            operations.append(world.runCommand(on: ranks, output: output, timeoutMilliseconds: timeout))
        case .probe(let ranks): operations.append(world.submit(.probe, to: ranks ?? world.everyone))
        case .files(let ranks, let bytes):
            let content = SwarmPlan.lines(seed: 1, bytes: bytes)
            operations.append(world.sendFiles([("file", content)], to: ranks ?? world.everyone))
        case .cancel(let number):
            guard number <= operations.count else {
                throw ScenarioError(line: step.line, text: "there are \(operations.count) operations so far")
            }
            world.cancel(operations[number - 1])
        case .dissolve: world.dissolve()
        case .fault(let fault):
            try check(fault, at: step.line)
            world.perform(fault)
        case .wait(let nanoseconds): wait(nanoseconds) { false }
        case .waitClosed(let nanoseconds): wait(nanoseconds) { world.controller.openOperationIDs.isEmpty }
        case .show(let what): show(what)
        case .quiet: world.settle()
        }
    }

    private func wait(_ nanoseconds: UInt64, until condition: () -> Bool) {
        world.run(atMostNanoseconds: nanoseconds, until: condition)
    }

    private func check(_ fault: Fault, at line: Int) throws(ScenarioError) {
        guard let rank = fault.rank else { return }
        let isRoot = rank == .controller && fault.mayMeanRoot
        guard isRoot || Int(rank.value) < world.hosts.count else {
            throw ScenarioError(line: line, text: "there is no host \(rank); there are \(world.hosts.count)")
        }
    }

    private func show(_ what: Scenario.Show) {
        switch what {
        case .tree:
            for host in world.hosts {
                let parent =
                    host.isRunning ? host.node?.committedParentLink.flatMap { world.link($0)?.link.parent } : nil
                text.say("  \(host.rank) under \(parent.map(\.description) ?? "nobody")")
            }
        case .hosts:
            for host in world.hosts { text.say("  \(host.rank) \(host.life)") }
        case .root:
            let received = world.rootReceived.values.reduce(0, +)
            let sent = world.rootSent.values.reduce(0, +)
            text.say("  the root has sent \(sent) and received \(received) messages")
        case .outcomes:
            for id in operations {
                guard let closing = world.closing(of: id) else {
                    text.say("  \(id) is open")
                    continue
                }
                let buckets = closing.buckets.map { "\($0.ranks) \($0.outcome)" }
                text.say("  \(id): " + buckets.joined(separator: "; "))
                if !closing.truncated.isEmpty { text.say("  \(id): output of \(closing.truncated) cut short") }
            }
        }
    }

    private func finish() -> String {
        let count = world.violations.count
        text.say(count == 0 ? "no checker objected" : "\(count) objections")
        return text.text
    }
}

/// What has been written so far.
final class ScenarioText {
    private(set) var text = ""
    var level = Scenario.TraceLevel.off

    func say(_ line: String) {
        text += line + "\n"
    }

    /// Takes a line of the world's trace. A violation is always shown.
    func take(_ line: String) {
        if line.hasPrefix("!!") { return say(line) }
        switch level {
        case .off: return
        case .all: say(line)
        case .on:
            let isNoise = ["heartbeat", "beacon", "  timer"].contains { EventText.contains(line, $0) }
            if !isNoise { say(line) }
        }
    }
}

extension Fault {
    /// The host that it strikes, where it is one.
    var rank: Rank? {
        switch self {
        case .kill(let rank), .darken(let rank), .comeBack(let rank), .freeze(let rank), .thaw(let rank),
            .slow(let rank, _), .cut(let rank), .drift(let rank, _), .turn(let rank, _), .stranger(let rank, _):
            return rank
        case .raise, .heal, .killController: return nil
        }
    }

    var mayMeanRoot: Bool {
        if case .stranger = self { true } else { false }
    }
}
