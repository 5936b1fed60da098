import OrderedCollections
import PlushWire

/// Commands of this host that wait for a barrier before they start, and the processes that are there to enter some.
package struct HostGates: Sendable {
    private struct Waiting: Sendable {
        let gate: Gate
        let task: RunTask
    }

    /// What became of a waiting command.
    package enum Step: Hashable, Sendable {
        /// The host enters now: all that it has to do before is done.
        case enters(BarrierKey, UInt64)
        /// Something that it follows did not end well: it does not run here.
        case isOff(OperationID)
    }

    private var waiting: OrderedDictionary<OperationID, Waiting> = [:]
    /// Barriers that this host has entered for its waiting commands.
    private var entered: OrderedSet<BarrierKey> = []
    /// How operations ended on this host, the newest last; whether well.
    private var ended: OrderedDictionary<OperationID, Bool> = [:]
    /// Processes that run.
    private var running: OrderedDictionary<OperationID, HostProcess> = [:]
    /// Processes that a barrier let through, with that barrier's application.
    private var behind: OrderedDictionary<OperationID, String> = [:]

    package init() {}

    package mutating func add(_ id: OperationID, _ gate: Gate, _ task: RunTask) -> [Step] {
        waiting[id] = Waiting(gate: gate, task: task)
        return steps()
    }

    package func isWaiting(_ id: OperationID) -> Bool {
        waiting[id] != nil
    }

    package var waitingOperations: [OperationID] {
        Array(waiting.keys)
    }

    package mutating func remove(_ id: OperationID) {
        waiting[id] = nil
    }

    /// An operation has ended on this host.
    package mutating func end(_ id: OperationID, isOK: Bool) -> [Step] {
        ended[id] = isOK
        if ended.count > ProtocolLimits.tombstonesMax { ended.removeFirst() }
        return waiting.isEmpty ? [] : steps()
    }

    private mutating func steps() -> [Step] {
        var steps: [Step] = []
        for (id, item) in waiting where item.gate.after.contains(where: { ended[$0] == false }) {
            steps.append(.isOff(id))
        }
        for (_, item) in waiting where !entered.contains(item.gate.barrier) {
            let others = waiting.values.filter { $0.gate.barrier == item.gate.barrier }
            guard others.allSatisfy({ $0.gate.after.allSatisfy { ended[$0] == true } }) else { continue }
            entered.append(item.gate.barrier)
            steps.append(.enters(item.gate.barrier, item.gate.generation))
        }
        return steps
    }

    /// The host is through a barrier: the commands that waited for that.
    package mutating func pass(_ key: BarrierKey, generation: UInt64) -> [(id: OperationID, task: RunTask)] {
        let passed = waiting.filter { $0.value.gate.barrier == key && $0.value.gate.generation == generation }
        for id in passed.keys {
            waiting[id] = nil
            behind[id] = key.application
        }
        return passed.map { ($0.key, $0.value.task) }
    }

    package mutating func begin(_ id: OperationID, _ task: RunTask) {
        running[id] = HostProcess(directory: task.application, barriers: task.barriers)
    }

    package func process(_ id: OperationID) -> HostProcess? {
        running[id]
    }

    /// A process has ended. Returns it, and whether no other process is left in its directory; and the application whose
    /// barrier had let it through, if nothing that it let through is left.
    package mutating func processEnded(
        _ id: OperationID
    ) -> (process: HostProcess?, isLastOfDirectory: Bool, finishes: String?) {
        let process = running.removeValue(forKey: id)
        let application = behind.removeValue(forKey: id)
        let isLast = process.map { ended in !running.values.contains { $0.directory == ended.directory } } ?? false
        let finishes = application.flatMap { ended in behind.values.contains { $0 == ended } ? nil : ended }
        return (process, isLast, finishes)
    }
}

/// A process that runs on this host: the directory of its application, and the barriers that it may enter.
package struct HostProcess: Hashable, Sendable {
    package let directory: String
    package let barriers: [String]
}
