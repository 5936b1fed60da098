import PlushProtocol
import PlushTree
import PlushWire

/// At most one spawn per operation and rank, over all incarnations.
package struct RunOnce: Checker {
    package static let name = "RunOnce"

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        guard case .spawned(let id, _, let host) = observation, host.isHonest else { return }
        let count = world.records.spawns[SpawnKey(operation: id, rank: host.rank)] ?? 0
        if count > 1 { world.violate(Self.name, "\(id) was started \(count) times on \(host.rank)") }
    }
}
