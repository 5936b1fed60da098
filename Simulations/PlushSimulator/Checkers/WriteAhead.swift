import PlushProtocol
import PlushWire

/// What the root sends is durable.
package struct WriteAhead: Checker {
    package static let name = "WriteAhead"

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        guard case .sent(let message, let link, isUp: false) = observation, link.parent == .controller else { return }
        switch message {
        case .log(let batch):
            guard batch.epoch == world.epoch, batch.lastIndex > world.records.durableIndex else { return }
            world.violate(
                Self.name, "records up to \(batch.lastIndex) sent when \(world.records.durableIndex) was durable")
        case .chunk(let chunk):
            guard let index = world.records.issued[chunk.operation]?.index, index > world.records.durableIndex else {
                return
            }
            world.violate(Self.name, "chunk \(chunk.number) of \(chunk.operation) sent before its manifest was durable")
        default:
            break
        }
    }
}
