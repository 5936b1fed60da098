import PlushProtocol
import PlushTree
import PlushWire

/// Links that have said nothing of worth are bounded.
package struct PreAuth: Checker {
    package static let name = "PreAuth"

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        guard case .stepped(let host, .childLinkOpened) = observation, host.isHonest, let node = host.node else {
            return
        }
        let most = max(ProtocolLimits.uncommittedLinksMax, ProtocolLimits.adoptionFactor * node.identity.fanout)
        let count = node.uncommittedLinkCount
        if count > most { world.violate(Self.name, "\(host.rank) has \(count) links that have not committed") }
    }
}
