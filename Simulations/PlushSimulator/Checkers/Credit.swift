import PlushProtocol
import PlushTree
import PlushWire

/// Nobody sends bulk bytes beyond what was granted, and no node holds more than its windows.
package struct Credit: Checker {
    package static let name = "Credit"

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        switch observation {
        case .sent(let message, let link, let isUp): count(message, link, isUp, in: world)
        case .stepped(let host, .message(_, .output)): checkOutput(host, in: world)
        case .stepped(let host, .output): checkFold(host, in: world)
        case .stepped(let host, .message(_, .chunk)):
            guard host.isHonest, let held = host.node?.heldChunkBytes else { return }
            if held > ProtocolLimits.chunkWindowBytes {
                world.violate(Self.name, "\(host.rank) holds more chunks than its window")
            }
        default: break
        }
    }

    private func count(_ message: Message, _ link: WorldLink, _ isUp: Bool, in world: World) {
        // What a hostile end grants is not in these books.
        let ends = [world.host(of: .host(link.child)), world.host(of: link.parent)]
        guard ends.allSatisfy({ $0?.isHonest ?? true }) else { return }
        switch message {
        case .output(let segment):
            link.outputSent += segment.creditBytes
            if link.outputSent > link.outputGranted {
                world.violate(Self.name, "\(link.child) sent output beyond its credit")
            }
        case .chunk(let chunk):
            link.chunksSent += chunk.creditBytes
            if link.chunksSent > link.chunksGranted {
                world.violate(Self.name, "\(link.child) was sent chunks beyond its credit")
            }
        case .attachReply(.accepted(let acceptance)):
            link.outputGranted = max(link.outputGranted, acceptance.credit)
        case .credit(let total):
            if isUp {
                link.chunksGranted = max(link.chunksGranted, total)
            } else {
                link.outputGranted = max(link.outputGranted, total)
            }
        default:
            break
        }
    }

    private func checkOutput(_ host: WorldHost, in world: World) {
        guard host.isHonest, let node = host.node else { return }
        var held: UInt64 = 0
        for child in node.childTable.all {
            held += child.output.heldBytes
            if child.output.heldBytes > ProtocolLimits.outputWindowBytes {
                world.violate(Self.name, "\(host.rank) holds more of \(child.rank) than its window")
            }
        }
        host.heldBytesMax = max(host.heldBytesMax, held)
        checkFold(host, in: world)
    }

    private func checkFold(_ host: WorldHost, in world: World) {
        guard let folded = host.node?.heldFoldBytes, folded > ProtocolLimits.foldBytes else { return }
        world.violate(Self.name, "\(host.rank) holds \(folded) bytes for folding")
    }
}
