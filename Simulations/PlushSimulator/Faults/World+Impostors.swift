import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// Tests that speak in another's name.
extension World {
    /// An authenticated link that a test speaks over, in the name of a host with a real certificate.
    package func impostor(_ rank: UInt32, to parent: Party, incarnation: UInt32 = 1) -> WorldLink {
        let certificate = controller.certificate(
            rank: Rank(rank), incarnation: incarnation, key: host(Rank(rank)).key, capabilities: [.relay])
        let link = open(Rank(rank), parent, certificate)
        link.deafChild = true
        return link
    }

    /// Says something to the parent as the child of this link, beside whatever the child itself says.
    package func say(_ message: Message, asChildOf link: WorldLink) {
        transmit(message, on: link, isUp: true)
    }

    package func say(_ message: Message, asParentOf link: WorldLink) {
        transmit(message, on: link, isUp: false)
    }
}
