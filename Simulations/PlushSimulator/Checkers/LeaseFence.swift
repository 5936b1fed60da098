import PlushProtocol
import PlushTree
import PlushWire

/// No agent, and so no command, lives on without its root for longer than the lease and the time to notice.
package struct LeaseFence: Checker {
    package static let name = "LeaseFence"

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        guard case .audited = observation else { return }
        // A deep chain learns of the root's age a heartbeat per hop late at worst; that makes it believe in a greater
        // age, never a smaller. What is left is the tick in which the lease is looked at, and drift.
        let limit = world.plan.leaseMilliseconds + 2 * world.plan.heartbeatMilliseconds + 1_000
        for host in world.hosts where host.life == .running && host.node != nil {
            guard !host.isTainted, host.isHonest, host.machine.slowness == 1, world.now > host.rootKnown else {
                continue
            }
            let age = (world.now - host.rootKnown) / 1_000_000
            guard age > limit else { continue }
            world.violate(Self.name, "\(host.rank) lives \(age) ms after the last sign of the root")
        }
    }
}
