import PlushProtocol
import PlushTree

/// What a sweep over sizes and shapes assumes of machines and network. All times in nanoseconds.
package struct ScaleModel: Hashable, Sendable {
    /// One way between two machines.
    package var latencyNanoseconds: UInt64 = 480_000
    /// A sender's serial time per message: `g` of the closed forms.
    package var gapNanoseconds: UInt64 = 20_000
    /// A receiver's serial time per message. With the latency it is `L` of the closed forms.
    package var receiveNanoseconds: UInt64 = 20_000
    /// Anything up to this is added to each message's way.
    package var jitterNanoseconds: UInt64 = 0
    /// A machine's line, one direction; 0: without limit, which leaves only the cost per message.
    package var bytesPerSecond: UInt64 = 0
    /// Serial time of the controller's machine per host that it starts.
    package var startNanoseconds: UInt64 = 10_000_000
    /// From a host's start until its agent has spoken.
    package var connectNanoseconds: UInt64 = 300_000_000
    /// Hosts being started at one time.
    package var window = 64
    /// From a record's append to the journal until it may be sent.
    package var journalNanoseconds: UInt64 = 0
    /// How long the command runs on each host.
    package var processMilliseconds: UInt64 = 1
    /// Whether heartbeats and beacons go on meanwhile, at the intervals of a real overlay, and cost what messages cost.
    package var hasUpkeep = false
    package var seed: UInt64 = 1

    package init() {}

    /// The postal model's parameters that this amounts to.
    package var costs: LinkCosts {
        LinkCosts(latencyNanoseconds: latencyNanoseconds + receiveNanoseconds, gapNanoseconds: gapNanoseconds)
    }

    /// Whether the closed forms hold to the nanosecond: nothing is left to chance, and a message costs its sender the same
    /// whatever its size.
    package var isExact: Bool {
        jitterNanoseconds == 0 && bytesPerSecond == 0 && !hasUpkeep
    }

    /// A virtual time that no sweep reaches: what is put off until then does not happen.
    private static let neverMilliseconds: UInt64 = 1_000 * 3_600_000

    func plan(_ shape: TreeShape, count: Int) -> WorldPlan {
        var plan = WorldPlan(count, shape)
        plan.seed = seed
        plan.window = window
        plan.isChecked = false
        plan.isRecorded = false
        plan.latency.nanoseconds = latencyNanoseconds
        plan.latency.jitterNanoseconds = jitterNanoseconds
        plan.cost.sendNanoseconds = gapNanoseconds
        plan.cost.receiveNanoseconds = receiveNanoseconds
        plan.cost.bytesPerSecond = bytesPerSecond
        plan.cost.recordOverheadBytes = ScaleModel.recordOverheadBytes
        plan.cost.startNanoseconds = startNanoseconds
        plan.cost.connect = .fixed(connectNanoseconds)
        plan.cost.journal = .fixed(journalNanoseconds)
        plan.connectMilliseconds = Self.neverMilliseconds
        if !hasUpkeep {
            plan.heartbeatMilliseconds = Self.neverMilliseconds
            plan.beaconMilliseconds = Self.neverMilliseconds
            plan.leaseMilliseconds = 2 * Self.neverMilliseconds
        }
        return plan
    }

    /// A record's length and tag, on the line only.
    private static let recordOverheadBytes: UInt64 = 20
}
