/// What is to happen, earliest first; of equal times what was scheduled first.
///
/// A heap with four children per node over small keys; the payloads stay where they are in a slab, so that an entry
/// moves 24 bytes per level however large an event is.
package struct EventQueue<Payload> {
    private struct Key {
        let time: UInt64
        let number: UInt64
        let slot: Int

        func isBefore(_ other: Key) -> Bool {
            time != other.time ? time < other.time : number < other.number
        }
    }

    private var keys: [Key] = []
    private var slab: [Payload?] = []
    private var free: [Int] = []
    private var nextNumber: UInt64 = 0

    package init() {}

    package var count: Int {
        keys.count
    }

    /// The time of the next event.
    package var nextTime: UInt64? {
        keys.first?.time
    }

    package mutating func push(_ payload: Payload, at time: UInt64) {
        let slot: Int
        if let reused = free.popLast() {
            slab[reused] = payload
            slot = reused
        } else {
            slot = slab.count
            slab.append(payload)
        }
        keys.append(Key(time: time, number: nextNumber, slot: slot))
        nextNumber += 1
        siftUp(keys.count - 1)
    }

    package mutating func pop() -> (time: UInt64, payload: Payload)? {
        guard let first = keys.first else { return nil }
        let last = keys.removeLast()
        if !keys.isEmpty { siftDown(last) }
        guard let payload = slab[first.slot] else { return nil }
        slab[first.slot] = nil
        free.append(first.slot)
        return (first.time, payload)
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        let key = keys[index]
        while index > 0 {
            let parent = (index - 1) / 4
            guard key.isBefore(keys[parent]) else { break }
            keys[index] = keys[parent]
            index = parent
        }
        keys[index] = key
    }

    /// Puts `key` into the hole at the top.
    private mutating func siftDown(_ key: Key) {
        var index = 0
        let count = keys.count
        while true {
            let first = 4 * index + 1
            guard first < count else { break }
            var least = first
            var child = first + 1
            while child < min(first + 4, count) {
                if keys[child].isBefore(keys[least]) { least = child }
                child += 1
            }
            guard keys[least].isBefore(key) else { break }
            keys[index] = keys[least]
            index = least
        }
        keys[index] = key
    }
}
