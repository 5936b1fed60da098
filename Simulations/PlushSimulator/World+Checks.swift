import NIOCore
import OrderedCollections
import PlushProtocol
import PlushTree
import PlushWire

/// What must hold after every event; a violation becomes a fault, and a test expects none.
extension World {
    package func check(_ host: WorldHost) {
        guard let node = host.node, !host.isGone else { return }
        var held: UInt64 = 0
        for child in node.childTable.all {
            held += child.output.heldBytes
            if child.output.heldBytes > ProtocolLimits.outputWindowBytes {
                fault("rank \(host.rank) holds more of rank \(child.rank) than its window")
            }
        }
        host.heldBytesMax = max(host.heldBytesMax, held)
        if node.heldChunkBytes > ProtocolLimits.chunkWindowBytes {
            fault("rank \(host.rank) holds more chunks than its window")
        }
        let folded = node.heldFoldBytes
        if folded > ProtocolLimits.foldBytes { fault("rank \(host.rank) holds \(folded) bytes for folding") }
        if node.childTable.attachedCount > 2 * node.identity.fanout { fault("rank \(host.rank) has too many children") }
        checkRootAge(node, of: host)
    }

    /// RootAgeSound: the age that a node believes in is never less than the true one.
    private func checkRootAge(_ node: RelayNode, of host: WorldHost) {
        guard let died = controllerDiedAt else { return }
        let age = node.believedRootAgeMilliseconds(at: localNow(host))
        if age < (now - died) / 1_000_000 { fault("rank \(host.rank) believes that the root is \(age) ms old") }
    }

    package func checkController() {
        if controller.childTable.attachedCount > 2 * controller.launchFanout { fault("the root has too many children") }
        for id in controller.openOperationIDs {
            guard let state = controller.state(of: id) else { continue }
            let sum = state.rollup.buckets.reduce(0) { $0 + $1.ranks.count }
            if sum != state.rollup.terminal.count { fault("\(state.operation.id) has two outcomes for one rank") }
            if !state.rollup.terminal.isSubset(of: state.targets) { fault("an outcome of a rank that is no target") }
        }
    }

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
        for (key, wrote) in written where key.operation == id {
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
        for case .closed(id, let buckets, let truncated) in notices { return (buckets, truncated) }
        return nil
    }

    /// RunOnce, and exactly one outcome per target, of an operation that has closed.
    package func checkAccount(of id: OperationID, targets: RankSet) {
        guard let (buckets, _) = closing(of: id) else { return fault("\(id) did not close") }
        let closings = notices.count { if case .closed(id, _, _) = $0 { true } else { false } }
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
