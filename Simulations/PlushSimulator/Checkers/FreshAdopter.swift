import PlushProtocol
import PlushTree
import PlushWire

/// Whoever takes a child in has heard of the root lately, by the world's own book of what could cause what: otherwise a
/// subtree that has lost the root would grow by itself.
package struct FreshAdopter: Checker {
    package static let name = "FreshAdopter"

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        guard case .sent(.attachReply(.accepted), let link, isUp: false) = observation,
            case .host(let rank) = link.parent
        else { return }
        let host = world.host(rank)
        guard host.isHonest, !host.isTainted, host.machine.slowness == 1, world.now > host.rootKnown else { return }
        let limit =
            max(ProtocolLimits.freshMilliseconds, world.plan.leaseMilliseconds / 4)
            + ProtocolLimits.lagFactor * (host.node?.inPlace { $0.timerLagMilliseconds } ?? 0)
        let age = (world.now - host.rootKnown) / 1_000_000
        // Clocks that drift apart by what the core allows for may be wrong by as much.
        guard age > limit + age / 2_000 + 1 else { return }
        world.violate(Self.name, "\(rank) takes \(link.child) in, \(age) ms after the last sign of the root")
    }
}
