import NIOCore
import OrderedCollections
import PlushProtocol
import PlushTree
import PlushWire

/// The account of one operation, for tests that ask when it is due. (The checkers keep theirs all the time.)
extension World {
    /// The bytes of a stream at the root, in the order in which they came; nil where a number is missing or repeated.
    package func received(_ key: StreamKey) -> ByteBuffer? {
        var bytes = ByteBuffer()
        var next: UInt32 = 0
        for segment in delivered
        where segment.operation == key.operation && segment.stream == key.stream && segment.ranks.contains(key.rank) {
            guard segment.number == next else { return nil }
            next += 1
            bytes.writeImmutableBuffer(segment.body.bytes)
        }
        return bytes
    }

    /// StreamExact: what came is a prefix of what was written, and all of it unless the rank is known to be cut short.
    package func checkStreams(of id: OperationID) {
        guard let (buckets, truncated) = closing(of: id) else { return fault("\(id) did not close") }
        let lost = buckets.filter { $0.outcome.kind == .lost }.reduce(into: RankSet()) { $0.formUnion($1.ranks) }
        let cutShort = truncated.union(lost)
        for (key, wrote) in written.filter({ $0.key.operation == id }).sorted(by: { $0.key < $1.key }) {
            guard let came = received(key) else {
                fault("\(key.stream) of rank \(key.rank) came out of order")
                continue
            }
            if came == wrote { continue }
            let isPrefix =
                wrote.getSlice(at: wrote.readerIndex, length: min(came.readableBytes, wrote.readableBytes)) == came
            if !isPrefix { fault("\(key.stream) of rank \(key.rank) is not what it wrote") }
            if !cutShort.contains(key.rank) {
                fault("\(key.stream) of rank \(key.rank): \(came.readableBytes) of \(wrote.readableBytes) bytes")
            }
        }
    }

    package func closing(of id: OperationID) -> (buckets: [OutcomeBucket], truncated: RankSet)? {
        records.closings[id]
    }

    /// RunOnce, and exactly one outcome per target, of an operation that has closed.
    package func checkAccount(of id: OperationID, targets: RankSet) {
        guard let (buckets, _) = closing(of: id) else { return fault("\(id) did not close") }
        let closings = records.closingCounts[id] ?? 0
        if closings != 1 { fault("\(id) closed \(closings) times") }
        let all = buckets.reduce(into: RankSet()) { $0.formUnion($1.ranks) }
        let sum = buckets.reduce(0) { $0 + $1.ranks.count }
        if all != targets || sum != targets.count { fault("\(id): \(sum) outcomes on \(all) of \(targets)") }
        for (key, count) in spawns where key.operation == id && count > 1 { fault("\(id) ran \(count) times") }
        let never = buckets.filter { $0.outcome.kind == .notStarted || $0.outcome.kind == .unreachable }
        for bucket in never {
            for rank in bucket.ranks where spawns[SpawnKey(operation: id, rank: rank)] != nil {
                fault("rank \(rank) ran \(id) and is called \(bucket.outcome)")
            }
        }
    }
}
