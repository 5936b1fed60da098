import PlushProtocol
import PlushTree
import PlushWire

/// When all is quiet: one tree over the nodes that live, every operation closed, no buffer with anything in it.
package struct Converge: Checker {
    package static let name = "Converge"

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        guard case .quiet = observation, world.isControllerAlive else { return }
        for id in world.controller.openOperationIDs {
            // Whoever was below a hostile node may have been kept from ever hearing of an operation.
            let open = world.controller.state(of: id).map { $0.targets.subtracting($0.rollup.terminal) } ?? RankSet()
            if !open.isEmpty, open.allSatisfy(world.isTainted) { continue }
            world.violate(Self.name, "\(id) has not closed; open on \(open)")
        }
        var alive = RankSet()
        for host in world.hosts where host.isRunning && host.node != nil && host.isHonest {
            alive.insert(host.rank)
            check(host, in: world)
        }
        for host in world.hosts { checkEnd(of: host, in: world) }
        let honest = RankSet(world.controller.joined.filter { world.host($0).isHonest })
        if honest != alive {
            world.violate(Self.name, "the root knows of \(world.controller.joined), alive are \(alive)")
        }
    }

    /// Once nothing goes wrong any more, whoever still has a good part of its lease finds its way to the root.
    private func checkEnd(of host: WorldHost, in world: World) {
        guard case .ended(let reason) = host.life, reason.contains("lease is over"), host.isHonest, !host.isTainted,
            let endedAt = host.endedAt, let calmAt = world.calmAt, endedAt > calmAt + Self.searchNanoseconds
        else { return }
        world.violate(Self.name, "\(host.rank) ended with its lease although nothing kept it from the root")
    }

    /// Silences are noticed, and every candidate is tried, in less.
    private static let searchNanoseconds: UInt64 = 18_000_000_000

    private func check(_ host: WorldHost, in world: World) {
        guard let node = host.node else { return }
        var rank = host.rank
        var hops = 0
        while true {
            guard let id = world.host(rank).node?.committedParentLink, let (link, _) = world.link(id) else {
                return world.violate(Self.name, "\(host.rank) is not in the tree (no parent above \(rank))")
            }
            guard case .host(let parent) = link.parent else { break }
            guard world.host(parent).isRunning, world.host(parent).node?.childTable[link: link.parentID] != nil else {
                return world.violate(Self.name, "\(host.rank) hangs below \(parent), which does not have it")
            }
            rank = parent
            hops += 1
            guard hops <= world.hosts.count else {
                return world.violate(Self.name, "\(host.rank) is in or below a cycle")
            }
        }
        if node.heldChunkBytes > 0 { world.violate(Self.name, "\(host.rank) still holds chunks") }
        if node.heldFoldBytes > 0 { world.violate(Self.name, "\(host.rank) still holds output to fold") }
        if node.childTable.all.contains(where: { $0.output.heldBytes > 0 }) {
            world.violate(Self.name, "\(host.rank) still holds output of its children")
        }
    }
}
