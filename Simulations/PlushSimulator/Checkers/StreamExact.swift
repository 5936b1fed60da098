import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// What the root delivers of a stream is a prefix of what was written, without gap or repetition; all of it at the
/// close, unless it is marked as cut short.
package struct StreamExact: Checker {
    package static let name = "StreamExact"

    private struct Progress {
        var next: UInt32 = 0
        var bytes = 0
    }

    private var streams: [StreamKey: Progress] = [:]

    package init() {}

    package mutating func observe(_ observation: Observation, in world: World) {
        switch observation {
        case .delivered(let segment):
            for rank in segment.ranks where !world.isTainted(rank) { take(segment, of: rank, in: world) }
        case .noticed(.closed(let id, let buckets, let truncated)):
            let lost = buckets.filter { $0.outcome.kind == .lost }.reduce(into: RankSet()) { $0.formUnion($1.ranks) }
            close(id, except: truncated.union(lost), in: world)
        default:
            break
        }
    }

    private mutating func take(_ segment: OutputSegment, of rank: Rank, in world: World) {
        let key = StreamKey(operation: segment.operation, rank: rank, stream: segment.stream)
        let progress = streams[key, default: Progress()]
        guard segment.number == progress.next else {
            return world.violate(Self.name, "\(key): segment \(segment.number) when \(progress.next) was next")
        }
        let length = segment.body.bytes.readableBytes
        let wrote = world.records.written[key] ?? ByteBuffer()
        if wrote.getSlice(at: wrote.readerIndex + progress.bytes, length: length) != segment.body.bytes {
            world.violate(Self.name, "\(key): segment \(segment.number) is not what was written")
        }
        streams[key] = Progress(next: progress.next + 1, bytes: progress.bytes + length)
    }

    private mutating func close(_ id: OperationID, except cutShort: RankSet, in world: World) {
        for rank in world.records.targets[id] ?? RankSet() {
            for stream in OutputSegment.Stream.allCases {
                let key = StreamKey(operation: id, rank: rank, stream: stream)
                let came = streams.removeValue(forKey: key)?.bytes ?? 0
                guard let wrote = world.records.written[key]?.readableBytes, came != wrote else { continue }
                guard !cutShort.contains(rank), !world.isTainted(rank) else { continue }
                world.violate(Self.name, "\(key): \(came) of \(wrote) bytes at the close")
            }
        }
    }
}
