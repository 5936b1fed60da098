import PlushProtocol
import PlushTree
import PlushWire

/// An agent that has applied the cancel of an operation does not start it.
package struct NoStartAfterCancel: Checker {
    package static let name = "NoStartAfterCancel"

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        guard case .spawned(let id, _, let host) = observation, let truth = world.records.issued[id] else { return }
        let isCancelled = truth.cancelled.contains { index, ranks in
            ranks.contains(host.rank) && host.appliedBefore.epoch == id.epoch && host.appliedBefore.index >= index
        }
        if isCancelled { world.violate(Self.name, "\(id) starts on \(host.rank), which knew of its cancel") }
    }
}
