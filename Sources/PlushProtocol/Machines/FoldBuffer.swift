import OrderedCollections
import PlushTree
import PlushWire

/// Merges equal segments of one operation while they wait at a relay (rule 6): same stream, number, length and tag,
/// and then the bytes themselves compared, because a tag from below proves nothing.
package struct FoldBuffer: Sendable {
    private struct Key: Hashable {
        let stream: OutputSegment.Stream
        let number: UInt32
        let flags: OutputSegment.Flags
        let tag: Tag
        let rawBytes: UInt32
    }

    private var segments: OrderedDictionary<Key, (segment: OutputSegment, source: OutputSource)> = [:]
    package private(set) var heldBytes = 0

    package init() {}

    package var isEmpty: Bool {
        segments.isEmpty
    }

    /// What became of an added segment.
    package enum Addition: Hashable {
        case kept
        /// Equal to one that is held: its bytes are free at once.
        case merged
        /// Same key but other bytes: a liar below; it is passed on by itself.
        case distinct
    }

    package mutating func add(_ segment: OutputSegment, from source: OutputSource) -> Addition {
        let key = Key(
            stream: segment.stream, number: segment.number, flags: segment.flags, tag: segment.tag,
            rawBytes: segment.body.rawBytes)
        guard let held = segments[key] else {
            segments[key] = (segment, source)
            heldBytes += Int(segment.creditBytes)
            return .kept
        }
        guard held.segment.body == segment.body else { return .distinct }
        segments[key]?.segment.ranks.formUnion(segment.ranks)
        return .merged
    }

    /// Takes segments until at most `bytes` are held: the lowest numbers first, of equals the oldest. A segment that
    /// was merged stands where its first rank put it, and must not pass an earlier one of another rank.
    package mutating func take(downTo bytes: Int) -> [(segment: OutputSegment, source: OutputSource)] {
        var taken: [(segment: OutputSegment, source: OutputSource)] = []
        guard heldBytes > bytes else { return taken }
        let order = segments.values.indices.sorted { left, right in
            (segments.values[left].segment.number, left) < (segments.values[right].segment.number, right)
        }
        var kept = segments
        for index in order {
            guard heldBytes > bytes else { break }
            let (key, value) = segments.elements[index]
            heldBytes -= Int(value.segment.creditBytes)
            kept[key] = nil
            taken.append(value)
        }
        segments = kept
        return taken
    }
}

/// Where a segment came from, as far as credit is concerned.
package enum OutputSource: Hashable, Sendable {
    case own(OperationID, OutputSegment.Stream)
    case child(LinkID)
}
