import PlushProtocol
import PlushTree

/// What a world is made of. The same plan gives the same life.
package struct WorldPlan: Sendable {
    package var count: Int
    package var shape = TreeShape.kary(fanout: 2)
    /// Of the network's chance: latency, loss, start times.
    package var seed: UInt64 = 1
    /// Agents being started at one time.
    package var window = 8
    package var cost = CostModel()
    package var latency = LatencyModel()
    package var connectMilliseconds: UInt64 = 5_000
    package var heartbeatMilliseconds: UInt64 = 2_000
    package var leaseMilliseconds: UInt64 = 30_000
    package var beaconMilliseconds = ProtocolLimits.beaconMilliseconds
    /// After this long a dial that nobody answers has failed.
    package var dialMilliseconds: UInt64 = 5_000
    /// How single hosts behave while they are launched; others as the cost model says.
    package var starts: [UInt32: StartScript] = [:]
    /// Added to the clock of every agent: nothing may depend on it (`SkewBlind`).
    package var clockSkewNanoseconds: UInt64 = 0
    /// Whether notices, output and closed links are kept for whoever looks at them afterwards. Off at scale.
    package var isRecorded = true
    /// Whether the checkers run after every event. Off at scale.
    package var isChecked = true

    /// Rules that are switched off make a checker object.
    package var rules = RepairRules()

    package init(_ count: Int, _ shape: TreeShape = .kary(fanout: 2)) {
        self.count = count
        self.shape = shape
    }
}
