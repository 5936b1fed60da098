import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

extension World {
    /// `kill -9`: the agent's commands die with it, the kernel closes its links.
    package func kill(_ rank: Rank) {
        let host = host(rank)
        guard !host.isGone else { return }
        host.life = .killed
        host.endedAt = now
        stopProcesses(of: host)
        for link in openLinks(of: .host(rank)) { cut(link) }
    }

    /// The process stands still, and its kernel goes on acknowledging.
    package func freeze(_ rank: Rank) {
        guard host(rank).life == .running else { return }
        host(rank).life = .frozen
    }

    package func thaw(_ rank: Rank) {
        let host = host(rank)
        guard host.life == .frozen else { return }
        host.life = .running
        let backlog = host.backlog
        let dials = host.dialsWhileFrozen
        host.backlog = []
        host.dialsWhileFrozen = []
        for event in backlog { give(.host(rank), event) }
        for dial in dials { dial() }
        host.armedFor = nil
        arm(host)
    }

    package func killController() {
        isControllerAlive = false
        controllerDiedAt = now
        for link in openLinks(of: .controller) { cut(link) }
    }

    /// The controller stands still; its links stay.
    package func freezeController() {
        isControllerAlive = false
        controllerDiedAt = now
    }

    /// An authenticated link that a test speaks over, in the name of a host with a real certificate.
    package func impostor(
        _ rank: UInt32, to parent: Party, incarnation: UInt32 = 1
    ) -> WorldLink {
        let certificate = controller.certificate(
            rank: Rank(rank), incarnation: incarnation, key: host(Rank(rank)).key, capabilities: [.relay])
        let link = open(Rank(rank), parent, certificate)
        link.deafChild = true
        return link
    }

    /// Says something to the parent as the child of this link, beside whatever the child itself says.
    package func say(_ message: Message, asChildOf link: WorldLink) {
        var frame = ByteBuffer()
        message.encode(into: &frame)
        transmit(frame, on: link, isUp: true)
    }

    package func say(_ message: Message, asParentOf link: WorldLink) {
        var frame = ByteBuffer()
        message.encode(into: &frame)
        transmit(frame, on: link, isUp: false)
    }
}
