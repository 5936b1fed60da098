import PlushTree
import PlushWire

/// What the swarm's user asks for.
package enum SwarmAct: Hashable, Sendable {
    case probe(RankSet)
    case run(RankSet, RunTask.Output, timeoutMilliseconds: UInt64)
    case files(RankSet, bytes: Int)
    case collect(RankSet)
    /// Cancels the operation that was asked for this many acts before.
    case cancel(back: Int)
}

extension SwarmAct: CustomStringConvertible {
    package var description: String {
        switch self {
        case .probe(let ranks): return "probe \(ranks)"
        case .run(let ranks, let output, let timeout): return "run \(ranks) \(output) \(timeout)ms"
        case .files(let ranks, let bytes): return "files \(ranks) \(bytes)"
        case .collect(let ranks): return "collect \(ranks)"
        case .cancel(let back): return "cancel \(back)"
        }
    }
}
