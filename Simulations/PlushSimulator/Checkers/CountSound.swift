import PlushProtocol
import PlushTree
import PlushWire

/// Whom the root takes for started has started.
package struct CountSound: Checker {
    package static let name = "CountSound"

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        guard case .noticed(.progress(let id, let started, _)) = observation,
            let truth = world.records.issued[id], case .run = truth.operation.task
        else { return }
        let wrong = started.subtracting(truth.spawned)
        guard !wrong.isEmpty, !wrong.subtracting(world.tainted(among: wrong)).isEmpty else { return }
        world.violate(Self.name, "\(id) counts \(wrong) as started")
    }
}
