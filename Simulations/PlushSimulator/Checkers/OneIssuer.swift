import PlushProtocol
import PlushWire

/// One log per epoch, without gaps or second versions, and the positions that an agent has applied never go back.
package struct OneIssuer: Checker {
    package static let name = "OneIssuer"
    private var last = LogPosition.start

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        switch observation {
        case .appended(let batch):
            let isNext = batch.epoch == last.epoch ? batch.firstIndex == last.index + 1 : batch.epoch > last.epoch
            if !isNext { world.violate(Self.name, "records \(batch.epoch):\(batch.firstIndex) after \(last)") }
            last = LogPosition(epoch: batch.epoch, index: batch.lastIndex)
        case .stepped(let host, .message(_, .log)):
            guard let applied = host.node?.appliedPosition, applied < host.appliedBefore else { return }
            world.violate(Self.name, "\(host.rank) went back from \(host.appliedBefore) to \(applied)")
        default:
            break
        }
    }
}
