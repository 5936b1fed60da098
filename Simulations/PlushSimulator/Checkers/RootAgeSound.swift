import PlushProtocol
import PlushTree
import PlushWire

/// The age of the root's last sign of life that a node believes in is never less than the true one, by the world's own
/// book of what could cause what.
package struct RootAgeSound: Checker {
    package static let name = "RootAgeSound"

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        guard case .stepped(let host, _) = observation, !host.isTainted, host.isHonest, !host.isGone else { return }
        guard let node = host.node, world.now > host.rootKnown else { return }
        let age = (world.now - host.rootKnown) / 1_000_000
        // Clocks that drift apart by what the core allows for may be wrong by as much.
        let slack = host.machine.clock.driftPerMillion == 0 && !world.hasDrift ? 0 : age / 2_000 + 1
        let believed = node.believedRootAgeMilliseconds(at: world.localNow(host))
        if believed + slack < age {
            world.violate(Self.name, "\(host.rank) believes that the root is \(believed) ms old; it is \(age) ms")
        }
    }
}
