import PlushProtocol
import PlushWire
import Synchronization

/// The works of one of several runs on an overlay: what they tell goes to the events of that run, and an interruption
/// stops these and no others.
final class WorkGroup: Sendable {
    private struct State {
        var isStopped = false
        var operations: Set<OperationID> = []
    }

    let events: ControllerEvents
    private let state = Mutex(State())

    init(_ events: ControllerEvents) {
        self.events = events
    }

    var isStopped: Bool {
        state.withLock(\.isStopped)
    }

    func submitted(_ id: OperationID) {
        state.withLock { _ = $0.operations.insert(id) }
    }

    /// Nothing of the group begins any more; returns what was submitted.
    func stop() -> [OperationID] {
        state.withLock { state in
            state.isStopped = true
            return state.operations.sorted()
        }
    }
}
