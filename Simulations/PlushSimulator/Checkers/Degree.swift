import PlushProtocol
import PlushTree
import PlushWire

/// Nobody has more than twice the fan-out of children.
package struct Degree: Checker {
    package static let name = "Degree"

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        switch observation {
        case .stepped(let host, .message(_, .attachCommit)):
            guard host.isHonest, let node = host.node else { return }
            let count = node.childTable.attachedCount
            if count > 2 * node.identity.fanout { world.violate(Self.name, "\(host.rank) has \(count) children") }
        case .rootStepped(.message(_, .attachCommit)):
            let count = world.controller.childTable.attachedCount
            if count > 2 * world.controller.launchFanout { world.violate(Self.name, "the root has \(count) children") }
        default:
            break
        }
    }
}
