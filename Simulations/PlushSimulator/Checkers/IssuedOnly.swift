import PlushProtocol
import PlushTree
import PlushWire

/// What an agent applies is what was issued, byte for byte, and it runs only what is addressed to it.
package struct IssuedOnly: Checker {
    package static let name = "IssuedOnly"

    private struct Position: Hashable {
        let epoch: UInt32
        let index: UInt64
    }

    private var issued: [Position: SignedBatch] = [:]

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        switch observation {
        case .appended(let batch):
            issued[Position(epoch: batch.epoch, index: batch.firstIndex)] = batch
        case .stepped(let host, .message(_, .log(let batch))):
            guard host.isHonest, host.node?.appliedPosition != host.appliedBefore else { return }
            if issued[Position(epoch: batch.epoch, index: batch.firstIndex)] != batch {
                world.violate(Self.name, "\(host.rank) applied records at \(batch.firstIndex) that nobody issued")
            }
        case .spawned(let id, let task, let host):
            check(id, task, host, in: world)
        default:
            break
        }
    }

    private func check(_ id: OperationID, _ task: RunTask, _ host: WorldHost, in world: World) {
        guard let operation = world.records.issued[id]?.operation else {
            return world.violate(Self.name, "\(host.rank) starts \(id), which nobody issued")
        }
        if operation.task.command != task { world.violate(Self.name, "\(host.rank) starts something else as \(id)") }
        if operation.targets.incarnation(of: host.rank) != host.incarnation {
            world.violate(Self.name, "\(host.rank) starts \(id), which is not for it in this incarnation")
        }
    }
}

extension OperationTask {
    /// The command that it starts on its targets; nil where it starts none.
    fileprivate var command: RunTask? {
        switch self {
        case .run(let task), .gated(_, let task): return task
        case .probe, .files, .collect: return nil
        }
    }
}
