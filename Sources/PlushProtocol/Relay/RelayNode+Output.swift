import NIOCore
import PlushTree
import PlushWire

extension RelayNode {
    mutating func takeOutput(
        _ id: OperationID, _ stream: OutputSegment.Stream, _ bytes: ByteBuffer, at now: Instant,
        into actions: inout [Action]
    ) {
        guard let segments = runs[id]?.cutters[stream]?.add(bytes, tools: tools) else { return }
        for segment in segments { emit(segment, at: now, into: &actions) }
    }

    mutating func endOutput(
        _ id: OperationID, _ stream: OutputSegment.Stream, at now: Instant, into actions: inout [Action]
    ) {
        guard let run = runs[id], run.openStreams.contains(stream) else { return }
        runs[id]?.close(stream)
        if let last = runs[id]?.cutters[stream]?.finish(tools: tools) { emit(last, at: now, into: &actions) }
        finishIfEnded(id, at: now, into: &actions)
    }

    /// A segment of this host's own making.
    private mutating func emit(_ segment: OutputSegment, at now: Instant, into actions: inout [Action]) {
        let isFull = runs[segment.operation]?.hold(Int(segment.creditBytes), of: segment.stream) ?? false
        if isFull { actions.append(.pauseOutput(segment.operation, segment.stream)) }
        route(segment, from: .own(segment.operation, segment.stream), at: now, into: &actions)
    }

    mutating func receive(
        _ segment: OutputSegment, from link: LinkID, at now: Instant, into actions: inout [Action]
    ) {
        guard let child = children[link: link], child.isAttached else { return }
        guard children.receiveOutput(segment.creditBytes, on: link) else {
            actions.append(.close(link, "sent more output than it was given credit for"))
            return
        }
        guard segment.ranks.isSubset(of: child.subtree), operations[segment.operation] != nil else {
            actions.append(.note("output of rank \(child.rank) for ranks or operations that are not its own: dropped"))
            free(segment, source: .child(link), into: &actions)
            return
        }
        route(segment, from: .child(link), at: now, into: &actions)
    }

    /// Holds a segment for folding, or puts it in its source's queue.
    private mutating func route(
        _ segment: OutputSegment, from source: OutputSource, at now: Instant, into actions: inout [Action]
    ) {
        let id = segment.operation
        operations[id]?.note(segment)
        guard operations[id]?.folds == true, let addition = operations[id]?.fold.add(segment, from: source) else {
            outputs.add(segment, from: source)
            pumpOutput(at: now, into: &actions)
            return
        }
        switch addition {
        case .kept:
            releaseFolded(id, downTo: ProtocolLimits.foldBytes, at: now, into: &actions)
        case .merged:
            free(segment, source: source, into: &actions)
        case .distinct:
            outputs.add(segment, from: source)
            pumpOutput(at: now, into: &actions)
        }
        if source != .own(id, segment.stream) { advance(id, at: now, into: &actions) }
    }

    mutating func releaseFolded(
        _ id: OperationID, downTo bytes: Int, at now: Instant, into actions: inout [Action]
    ) {
        guard let released = operations[id]?.fold.take(downTo: bytes), !released.isEmpty else { return }
        for (segment, source) in released { outputs.add(segment, from: source) }
        pumpOutput(at: now, into: &actions)
    }

    /// Sends what the parent's credit allows, each source in its turn.
    mutating func pumpOutput(at now: Instant, into actions: inout [Action]) {
        guard let link = uplink.attachedLink else { return }
        while let (segment, source) = outputs.next() {
            actions.append(.send(link, .output(segment)))
            free(segment, source: source, into: &actions)
        }
    }

    /// A segment has left this node: whoever made it may make more.
    private mutating func free(_ segment: OutputSegment, source: OutputSource, into actions: inout [Action]) {
        switch source {
        case .own(let id, let stream):
            let mayGoOn = runs[id]?.release(Int(segment.creditBytes), of: stream) ?? false
            if mayGoOn { actions.append(.resumeOutput(id, stream)) }
        case .child(let link):
            if let credit = children.freeOutput(segment.creditBytes, on: link) { actions.append(credit) }
        }
    }
}
