import PlushTree
import PlushWire

/// What one node knows of one operation in its subtree, until the root has closed it.
package struct OperationState: Sendable {
    package let operation: Operation
    package let targets: RankSet
    package var rollup = Rollup()
    package var fold = FoldBuffer()
    private var ended: [OutputSegment.Stream: RankSet] = [:]

    /// `targets`: where they are more than those on the wire (the root answers for the others).
    package init(_ operation: Operation, targets: RankSet? = nil) {
        self.operation = operation
        self.targets = targets ?? operation.targets.ranks
    }

    package var folds: Bool {
        switch operation.task {
        case .run(let task), .gated(_, let task): return task.output == .fold
        case .probe, .files, .collect: return false
        }
    }

    /// Takes a child's report as far as it is about targets below that child; what it says of others is noted and left.
    mutating func merge(_ report: ResultReport, from child: ChildTable.Child, into actions: inout [Action]) {
        let mine = child.subtree.intersection(targets)
        rollup.start(report.started.intersection(mine))
        for var bucket in report.buckets {
            let foreign = bucket.ranks.subtracting(child.subtree)
            if !foreign.isEmpty {
                actions.append(
                    .note("rank \(child.rank) reported an outcome for ranks that it does not have: \(foreign)"))
            }
            bucket.ranks = bucket.ranks.intersection(mine)
            rollup.end(bucket)
        }
    }

    /// Remembers that a stream's last segment has been seen.
    package mutating func note(_ segment: OutputSegment) {
        guard segment.flags.contains(.last) else { return }
        ended[segment.stream, default: RankSet()].formUnion(segment.ranks)
    }

    /// Ranks whose last segment of a stream has been seen.
    package func ended(_ stream: OutputSegment.Stream) -> RankSet {
        ended[stream] ?? RankSet()
    }

    /// Whether every target among `reachable` has ended.
    package func isEnded(among reachable: RankSet) -> Bool {
        targets.intersection(reachable).subtracting(rollup.terminal).isEmpty
    }

    /// Ranks among `reachable` that ended with output of which the last segment has not been seen.
    package func awaitingOutput(among reachable: RankSet) -> RankSet {
        OutputSegment.Stream.allCases.reduce(into: RankSet()) { set, stream in
            let open = rollup.ranksWithOutput(on: stream).subtracting(ended[stream] ?? RankSet())
            set.formUnion(open.intersection(reachable))
        }
    }
}
