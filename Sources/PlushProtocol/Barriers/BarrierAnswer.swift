import PlushWire

/// What a process is answered that wanted to enter a barrier.
package enum BarrierAnswer: Hashable, Sendable {
    case passed(generation: UInt64, isLate: Bool)
    case refused(String)

    init(_ key: BarrierKey, _ passage: RelayBarrier.Passage) {
        self =
            passage.isRefused
            ? .refused(
                "generation \(passage.generation) of barrier \(key.name) was released before, and refuses latecomers")
            : .passed(generation: passage.generation, isLate: passage.isLate)
    }
}

/// A process that waits at a barrier.
struct ApplicationRequest: Hashable, Sendable {
    let process: OperationID
    let barrier: BarrierKey
}
