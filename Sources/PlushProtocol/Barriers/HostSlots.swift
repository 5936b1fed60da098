import OrderedCollections
import PlushWire

/// The processes of this very host that enter a barrier through their sockets. The host has entered a generation when
/// all of its processes have; the n-th entry of a process is for generation n.
package struct HostSlots: Sendable {
    /// What came of a process's wish to enter.
    package enum Entry: Hashable, Sendable {
        /// It waits; `hostEntered`: it was the last of this host, which has now entered.
        case waits(generation: UInt64, hostEntered: Bool)
        /// The generation that it entered before, and then no longer waited for, has been released meanwhile.
        case passes(generation: UInt64)
        /// It may not, and why.
        case refused(String)
    }

    private struct Slot: Sendable {
        var entered: UInt64 = 0
        /// The last generation of which it was told that it is over.
        var told: UInt64 = 0
        var isWaiting = false
        var hasEnded = false
    }

    /// Processes of this host that the barrier is for.
    package private(set) var expected: Int
    private var slots: OrderedDictionary<OperationID, Slot> = [:]
    /// The generation that the host has entered.
    package private(set) var hostEntered: UInt64 = 0
    private var released: UInt64 = 0

    package init(expected: Int = 1) {
        self.expected = max(1, expected)
    }

    /// Which of the applications that share the barrier runs here is known from its first process on.
    package mutating func expect(_ processes: Int) {
        expected = max(1, processes)
    }

    package mutating func enter(_ process: OperationID) -> Entry {
        var slot = slots[process] ?? Slot()
        guard !slot.isWaiting else { return .refused("this process has entered already and waits") }
        guard slots[process] != nil || slots.count < expected else {
            return .refused("the \(expected) of this host's processes that it is for have all entered")
        }
        if slot.entered > slot.told {
            // It gave up waiting, and its entry stands: it goes on with that one.
            slot.isWaiting = slot.entered > released
            if !slot.isWaiting { slot.told = slot.entered }
            slots[process] = slot
            return slot.isWaiting
                ? .waits(generation: slot.entered, hostEntered: false) : .passes(generation: slot.entered)
        }
        slot.entered += 1
        slot.isWaiting = true
        slots[process] = slot
        return .waits(generation: slot.entered, hostEntered: advance())
    }

    /// The generation is over for this host; returns the processes that waited in it.
    package mutating func release(_ generation: UInt64) -> [OperationID] {
        released = max(released, generation)
        var waiting: [OperationID] = []
        for process in slots.keys where slots[process]?.isWaiting == true && slots[process]?.entered == generation {
            slots[process]?.isWaiting = false
            slots[process]?.told = generation
            waiting.append(process)
        }
        return waiting
    }

    /// A process no longer waits (its time-out, or its connection is gone). It stays entered: a fact is not taken back.
    package mutating func stopWaiting(_ process: OperationID) {
        slots[process]?.isWaiting = false
    }

    /// A process has ended: the others do not wait for it. Returns whether the host has now entered a generation.
    package mutating func end(_ process: OperationID) -> Bool {
        slots[process, default: Slot()].hasEnded = true
        slots[process]?.isWaiting = false
        return advance()
    }

    /// Every process of this host has ended: it will never enter again.
    package var hasEnded: Bool {
        slots.count >= expected && slots.values.allSatisfy(\.hasEnded)
    }

    private mutating func advance() -> Bool {
        guard slots.count >= expected else { return false }
        let running = slots.values.filter { !$0.hasEnded }
        guard let least = running.map(\.entered).min(), least > hostEntered else { return false }
        hostEntered = least
        return true
    }
}
