import PlushProtocol
import PlushTree
import PlushWire

/// An outcome that a rank is said to have reported is how its command really ended.
package struct TrueOutcome: Checker {
    package static let name = "TrueOutcome"

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        guard case .noticed(.closed(let id, let buckets, _)) = observation, let truth = world.records.issued[id] else {
            return
        }
        guard case .run = truth.operation.task else { return }
        for bucket in buckets {
            for rank in bucket.ranks where !world.isTainted(rank) {
                let key = SpawnKey(operation: id, rank: rank)
                let failure = world.records.spawns[key] == nil ? nil : world.script(rank, id).startFailure
                if !Self.agrees(bucket.outcome, world.records.exits[key], startFailure: failure?.code) {
                    let exit = world.records.exits[key].map { "\($0)" } ?? "nothing"
                    world.violate(Self.name, "\(id) on \(rank): told \(bucket.outcome), truth \(exit)")
                }
            }
        }
    }

    private static func agrees(_ outcome: Outcome, _ exit: ProcessExit?, startFailure: Int32?) -> Bool {
        switch outcome.kind {
        case .ok:
            return exit == .exited(0)
        case .failed:
            if outcome.isCancelled { return exit != nil || startFailure != nil }
            if let startFailure { return outcome.code == startFailure }
            return exit == .exited(outcome.code) || exit == .signalled(-outcome.code)
        case .timedOut:
            return exit != nil
        case .unreachable, .lost, .notStarted:
            return true
        }
    }
}
