import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// A deterministic world in memory: one controller, its agents, the links between them, their commands, files and
/// journal, under virtual time. It interprets every action, encodes every message, and holds the nodes to the
/// invariants of the protocol after each event.
///
/// Where to read on: `World+Run` (time), the two interpreters (actions), `World+Links` and `World+Network` (what
/// travels), `World+Client` (what a test asks for), the folder Faults (what goes wrong), the folder Checkers.
package final class World {
    package let plan: WorldPlan
    /// The world's time in nanoseconds; it begins at ``epochNanoseconds``.
    package internal(set) var now = World.epochNanoseconds
    var queue = EventQueue<Occurrence>()
    /// The network's chance.
    var random: SplitMix64

    package var controller: ControllerNode
    package var root: Machine
    package var isControllerAlive = true
    package var controllerDiedAt: UInt64?
    /// Since when nothing goes wrong any more.
    package internal(set) var calmAt: UInt64?
    /// Counts the controller's lives: what was on its way to an earlier one is lost.
    var controllerLife: UInt32 = 0
    /// The epoch of the controller that lives.
    package internal(set) var epoch: UInt32 = 1
    var controllerWakeAt: UInt64?
    /// When the controller's machine is free to start the next host.
    var startsUntil: UInt64 = 0

    package internal(set) var hosts: [WorldHost]
    var links: [WorldLink] = []
    package internal(set) var partitions: [Partition] = []
    /// Planned faults come up to here.
    var plannedFaultsUntil = UInt64.max
    /// Hosts that work against the others, now or earlier.
    package internal(set) var hostiles = RankSet()
    /// Whether any clock runs fast or slow, now or earlier.
    package internal(set) var hasDrift = false
    /// What each hostile host has sent, to send it again.
    var overheard: [Rank: [Message]] = [:]

    /// Lets a test change or drop what is sent.
    package var tamper: ((_ from: Party, _ to: Party, _ message: Message) -> [Message])?
    /// Sees every message when its receiver comes round to it, before the receiver does.
    package var heard: ((_ party: Party, _ message: Message) -> Void)?
    /// What commands do, by rank and operation.
    package var script: (Rank, OperationID) -> ProcessScript = { _, _ in ProcessScript() }

    // What watches.
    var checkers: [any Checker]
    package var trace = WorldTrace()
    package var isTracing = false
    /// Takes a line for each event; nil: no text is made.
    package var lines: ((String) -> Void)?
    package internal(set) var violations: [Violation] = []

    // What happened.
    package internal(set) var records = WorldRecords()
    package var isConsuming = true
    var unconsumed: [(LinkID, UInt64)] = []
    var spool: [OperationID: [FileChunk]] = [:]

    /// A moment at which no clock shows anything near zero.
    package static let epochNanoseconds: UInt64 = 1_000_000_000_000

    package init(_ plan: WorldPlan) {
        self.plan = plan
        random = SplitMix64(seed: plan.seed)
        hosts = (0..<plan.count).map { index in
            let clock = MachineClock(offset: WorldHost.clockOffset(of: index, skew: plan.clockSkewNanoseconds))
            let site = plan.latency.site(of: index, count: plan.count)
            return WorldHost(rank: Rank(UInt32(index)), machine: Machine(clock: clock, site: site))
        }
        root = Machine(clock: MachineClock(offset: 0), site: 0)
        controller = ControllerNode(
            World.configuration(plan), at: Instant(nanoseconds: World.epochNanoseconds),
            tools: WorldTools.content(provingWith: WorldTools.rootKey), rules: plan.rules,
            sign: WorldTools.signAsController)
        controller.listens(at: .loopback(port: 999))
        checkers = plan.isChecked ? World.allCheckers() : []
        armController()
        if plan.isChecked { schedule(.audit, afterMilliseconds: plan.heartbeatMilliseconds) }
    }

    static func configuration(_ plan: WorldPlan, epoch: UInt32 = 1) -> ControllerNode.Configuration {
        var configuration = ControllerNode.Configuration(
            credential: WorldTools.credential(epoch: epoch), overlayKey: WorldTools.overlayKey,
            gateKey: [UInt8](repeating: 5, count: 32), key: WorldTools.rootKey, shape: plan.shape,
            hostNames: (0..<plan.count).map { "n\($0)" }, launchWindow: plan.window,
            connectMilliseconds: plan.connectMilliseconds, heartbeatMilliseconds: plan.heartbeatMilliseconds,
            leaseMilliseconds: plan.leaseMilliseconds)
        configuration.beaconMilliseconds = plan.beaconMilliseconds
        return configuration
    }

    package func host(_ rank: Rank) -> WorldHost {
        hosts[Int(rank.value)]
    }

    package func localNow(_ host: WorldHost) -> Instant {
        host.machine.clock.local(at: now)
    }

    /// Virtual time since the world began.
    package var nanoseconds: UInt64 {
        now - World.epochNanoseconds
    }

    /// The violations in the form in which a failed test shows them.
    package var faults: [String] {
        violations.map(\.description)
    }

    /// A checker has found something.
    package func violate(_ checker: String, _ text: String) {
        let violation = Violation(checker: checker, nanoseconds: nanoseconds, text: text)
        violations.append(violation)
        lines?("!! \(violation)")
    }

    /// A node asked for what the contract of the core rules out.
    package func fault(_ text: String) {
        violate("Contract", text)
    }

    func observe(_ observation: Observation) {
        for index in checkers.indices { checkers[index].observe(observation, in: self) }
    }
}
