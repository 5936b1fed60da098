import NIOCore
import OrderedCollections
import PlushTree
import PlushWire

extension RelayNode {
    mutating func takeOutput(
        _ id: OperationID, _ stream: OutputSegment.Stream, _ bytes: ByteBuffer, at now: Instant,
        into actions: inout [Action]
    ) {
        // What was on its way when the stream was closed comes too late.
        guard runs[id]?.openStreams.contains(stream) == true,
            let segments = runs[id]?.cutters[stream]?.add(bytes, tools: tools)
        else { return }
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
        guard operations[segment.operation] != nil else { return }  // closed by the root: nobody wants it
        let bytesMax = ownOutputBytesMax
        let isFull = runs[segment.operation]?.keep(segment, bytesMax: bytesMax) ?? false
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
        if let refusal = segment.refusal {
            actions.append(.close(link, refusal))
            return
        }
        // Folding may have mixed it with that of a rank which has left the child since: that rank is asked again.
        var mine = segment
        mine.ranks = segment.ranks.intersection(child.everBelow)
        guard !mine.ranks.isEmpty, operations[segment.operation] != nil else {
            if mine.ranks.isEmpty {
                actions.append(.note("output of rank \(child.rank) for ranks that are not its own: dropped"))
            }
            free(segment, source: .child(link), at: now, into: &actions)
            return
        }
        route(mine, from: .child(link), at: now, into: &actions)
    }

    /// Holds a segment for folding, or puts it in its source's queue.
    private mutating func route(
        _ segment: OutputSegment, from source: OutputSource, at now: Instant, into actions: inout [Action]
    ) {
        let id = segment.operation
        operations[id]?.note(segment)
        guard operations[id]?.folds == true, let addition = operations[id]?.fold.add(segment, from: source) else {
            outputs.add(segment, from: source, in: .source(source))
            pumpOutput(at: now, into: &actions)
            return
        }
        switch addition {
        case .kept:
            // One limit for all operations: what folding holds is out of the credit of the links below, and two
            // operations that held a window each would stop the third.
            let others = operations.values.reduce(0) { $0 + $1.fold.heldBytes } - (operations[id]?.fold.heldBytes ?? 0)
            releaseFolded(id, downTo: max(0, ProtocolLimits.foldBytes - others), at: now, into: &actions)
        case .merged:
            free(segment, source: source, at: now, into: &actions)
        case .distinct:
            outputs.add(segment, from: source, in: .folded(id))
            pumpOutput(at: now, into: &actions)
        }
        if source != .own(id, segment.stream) { advance(id, at: now, into: &actions) }
    }

    mutating func releaseFolded(
        _ id: OperationID, downTo bytes: Int, at now: Instant, into actions: inout [Action]
    ) {
        guard let released = operations[id]?.fold.take(downTo: bytes), !released.isEmpty else { return }
        for (segment, source) in released { outputs.add(segment, from: source, in: .folded(id)) }
        pumpOutput(at: now, into: &actions)
    }

    /// The root has closed the operation: what is held for folding came another way, and is out of nobody's credit.
    mutating func discardFolded(_ id: OperationID, at now: Instant, into actions: inout [Action]) {
        for (segment, source) in operations[id]?.fold.take(downTo: 0) ?? [] {
            free(segment, source: source, at: now, into: &actions)
        }
    }

    /// Sends what the parent's credit allows, each source in its turn; who has come since goes before it.
    mutating func pumpOutput(at now: Instant, into actions: inout [Action]) {
        guard let link = uplink.attachedLink else { return }
        while let (segment, source) = outputs.next() {
            reportJoined(into: &actions)
            actions.append(.send(link, .output(segment)))
            free(segment, source: source, at: now, into: &actions)
        }
    }

    /// A segment has left this node. What a child sent is out of its credit; what was made here is kept until the root
    /// has it (rule 5).
    private mutating func free(
        _ segment: OutputSegment, source: OutputSource, at now: Instant, into actions: inout [Action]
    ) {
        switch source {
        case .own(let id, let stream):
            guard !rules.keepsOutput else { return }
            acknowledged(id, stream, below: segment.number + 1, at: now, into: &actions)
        case .child(let link):
            if let credit = children.freeOutput(segment.creditBytes, on: link) { actions.append(credit) }
        }
    }

    /// Each node of a long path may hold some for folding.
    private var ownOutputBytesMax: Int {
        max(ProtocolLimits.ownOutputBytesMax, ProtocolLimits.ownOutputBytesPerHop * uplink.path.count)
    }

    /// The root says how far it is.
    mutating func receive(_ told: OutputAcknowledgement, at now: Instant, into actions: inout [Action]) {
        for child in children.all where child.isAttached {
            if let part = told.restricted(to: child.subtree) {
                actions.append(.send(child.link, .outputAcknowledgement(part)))
            }
        }
        guard let mine = told.levels.first(where: { $0.ranks.contains(identity.rank) }) else { return }
        acknowledged(told.operation, told.stream, below: mine.count, at: now, into: &actions)
        guard told.wantsAll else { return }
        outputs.remove(.source(.own(told.operation, told.stream)))
        for segment in runs[told.operation]?.unacknowledged(told.stream) ?? [] {
            route(segment, from: .own(told.operation, told.stream), at: now, into: &actions)
        }
        advance(told.operation, at: now, into: &actions)
    }

    private mutating func acknowledged(
        _ id: OperationID, _ stream: OutputSegment.Stream, below count: UInt32, at now: Instant,
        into actions: inout [Action]
    ) {
        let bytesMax = ownOutputBytesMax
        guard runs[id]?.acknowledge(count, of: stream, bytesMax: bytesMax) == true else { return }
        actions.append(.resumeOutput(id, stream))
        // A command that has ended meanwhile: its pipe is read only from now on.
        if runs[id]?.isRunning == false {
            timers.set(.linger(id), at: now.advanced(byMilliseconds: ProtocolLimits.lingerMilliseconds))
        }
    }
}
