import PlushProtocol
import PlushTree
import PlushWire

/// What an operation costs the root follows its own number of children and the repairs meanwhile, not the number of
/// hosts.
package struct RootWork: Checker {
    package static let name = "RootWork"
    private var began: [OperationID: (nanoseconds: UInt64, repairs: Int)] = [:]
    private var repairs = 0

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        switch observation {
        case .appended(let batch):
            for case .operation(let operation) in (try? batch.decoded()) ?? [] {
                began[operation.id] = (world.nanoseconds, repairs)
            }
        case .noticed(.joined), .noticed(.moved), .noticed(.returned), .noticed(.away), .noticed(.departed):
            repairs += 1
        case .noticed(.closed(let id, _, _)):
            close(id, in: world)
        default:
            break
        }
    }

    /// Each child reports when its subtree has ended, once more per flush that it waits for somebody, and once per
    /// interval where somebody asked for progress.
    private func close(_ id: OperationID, in world: World) {
        guard let (start, repairsBefore) = began[id], let truth = world.records.issued[id] else { return }
        let milliseconds = (world.nanoseconds - start) / 1_000_000
        var waves = 2 + Int(milliseconds / ProtocolLimits.flushMilliseconds)
        let interval = UInt64(truth.operation.reportIntervalMilliseconds)
        if interval > 0 { waves += Int(milliseconds / interval) }
        let children = ProtocolLimits.adoptionFactor * world.controller.launchFanout
        let most = waves * children + 4 * children * (repairs - repairsBefore)
        if truth.reports > most && world.hostiles.isEmpty {
            world.violate(Self.name, "\(truth.reports) reports of \(id) at the root; \(most) would be many")
        }
    }
}
