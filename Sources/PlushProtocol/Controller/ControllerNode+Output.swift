import PlushTree
import PlushWire

/// What the root says of the output that it has, and of what it wants once more (rule 5).
extension ControllerNode {
    /// Producers may free what is here. Of ranks whose streams have ended nothing is said: the settlement does it.
    mutating func acknowledge(_ id: OperationID, into actions: inout [Action]) {
        guard let state = operations[id] else { return }
        for stream in state.operation.task.streams {
            let open = state.targets.intersection(joined).subtracting(state.ended(stream))
            send(id, stream, among: open, wantsAll: false, into: &actions)
        }
        ledgers[id]?.acknowledged()
    }

    /// Ranks have another way to the root: what was on its way over the one before is asked for again.
    mutating func askForOutput(of ranks: RankSet, into actions: inout [Action]) {
        guard rules.asksForOutput else { return }
        for (id, state) in operations {
            for stream in state.operation.task.streams {
                let silent = state.rollup.terminal.subtracting(state.rollup.ranksWithOutput(on: stream))
                let open = ranks.intersection(state.targets).subtracting(state.ended(stream)).subtracting(silent)
                send(id, stream, among: open, wantsAll: true, into: &actions)
            }
        }
    }

    private mutating func send(
        _ id: OperationID, _ stream: OutputSegment.Stream, among ranks: RankSet, wantsAll: Bool,
        into actions: inout [Action]
    ) {
        guard !ranks.isEmpty,
            let told = ledgers[id]?.acknowledgement(of: id, stream, among: ranks, wantsAll: wantsAll)
        else { return }
        for child in children.all where child.isAttached {
            if let part = told.restricted(to: child.subtree) {
                actions.append(.send(child.link, .outputAcknowledgement(part)))
            }
        }
    }
}

extension OperationTask {
    /// The streams on which ranks may have output.
    package var streams: [OutputSegment.Stream] {
        switch self {
        case .run(let task), .gated(_, let task):
            return task.output == .discard ? [] : [.standardOutput, .standardError]
        case .collect: return [.collection]
        case .probe, .files: return []
        }
    }

    package var hasOutput: Bool {
        !streams.isEmpty
    }
}
