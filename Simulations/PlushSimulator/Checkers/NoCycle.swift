import PlushProtocol
import PlushTree
import PlushWire

/// A cycle of committed parents breaks up by itself in time, and no node in one adopts meanwhile.
package struct NoCycle: Checker {
    package static let name = "NoCycle"
    /// Since when a node has been in a cycle.
    private var since: [Rank: UInt64] = [:]

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        switch observation {
        case .sent(.attachReply(.accepted), let link, isUp: false):
            guard case .host(let adopter) = link.parent, let cycle = Self.cycle(from: adopter, in: world) else {
                return
            }
            world.violate(Self.name, "\(adopter) adopts \(link.child) while it is in the cycle \(cycle)")
        case .audited:
            audit(world)
        default:
            break
        }
    }

    private mutating func audit(_ world: World) {
        var visited = RankSet()
        var current: [Rank: UInt64] = [:]
        for host in world.hosts where host.isRunning && !visited.contains(host.rank) {
            var path: [Rank] = []
            var next: Rank? = host.rank
            while let rank = next, !path.contains(rank), !visited.contains(rank) {
                path.append(rank)
                next = Self.parent(of: rank, in: world)
            }
            if let next, let start = path.firstIndex(of: next) {
                for rank in path[start...] { current[rank] = since[rank] ?? world.nanoseconds }
                check(Array(path[start...]), current[next] ?? 0, in: world)
            }
            visited.formUnion(RankSet(path))
        }
        since = current
    }

    /// The path that tells a node of its cycle needs a heartbeat per node; a link that has died meanwhile, its silence.
    private func check(_ cycle: [Rank], _ began: UInt64, in world: World) {
        let heartbeats = UInt64(cycle.count + 3) * world.plan.heartbeatMilliseconds
        let silence = max(
            ProtocolLimits.silenceFloorMilliseconds, ProtocolLimits.silentHeartbeats * world.plan.heartbeatMilliseconds)
        let isFrozen = cycle.contains { world.host($0).life == .frozen || world.host($0).machine.slowness > 1 }
        guard !isFrozen, (world.nanoseconds - began) / 1_000_000 > heartbeats + 2 * silence else { return }
        world.violate(Self.name, "the cycle \(cycle) has lasted since \(began / 1_000_000) ms")
    }

    /// The committed parent of a node as its own link says, if that is a host.
    static func parent(of rank: Rank, in world: World) -> Rank? {
        guard world.host(rank).isRunning, let id = world.host(rank).node?.committedParentLink,
            let (link, _) = world.link(id), case .host(let parent) = link.parent
        else { return nil }
        return parent
    }

    static func cycle(from rank: Rank, in world: World) -> [Rank]? {
        var path = [rank]
        while let next = parent(of: path[path.count - 1], in: world) {
            if let start = path.firstIndex(of: next) { return Array(path[start...]) }
            path.append(next)
        }
        return nil
    }
}
