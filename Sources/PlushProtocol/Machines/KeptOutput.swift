import DequeModule
import PlushWire

/// Segments of one stream that their producer keeps until the root has them (rule 5).
struct KeptOutput: Sendable {
    private var queue: Deque<OutputSegment> = []
    private(set) var bytes = 0

    var segments: [OutputSegment] {
        Array(queue)
    }

    mutating func add(_ segment: OutputSegment) {
        queue.append(segment)
        bytes += Int(segment.creditBytes)
    }

    mutating func free(below count: UInt32) {
        while let first = queue.first, first.number < count {
            bytes -= Int(first.creditBytes)
            queue.removeFirst()
        }
    }
}
