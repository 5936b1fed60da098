import PlushTree
import PlushWire

/// What the controller's node tells its clients.
package enum ControllerNotice: Hashable, Sendable {
    /// A host is in the tree.
    case joined(TreeEdge)
    /// A host could not be brought into the tree.
    case unreachable(Rank, String)
    /// Hosts that had joined are out of reach.
    case departed(SubtreeReport.Departure, path: [Rank])
    /// Every host that was to be launched is in the tree or given up.
    case launched(joined: RankSet, failed: RankSet)
    /// Facts about an operation grew.
    case progress(OperationID, started: RankSet, terminal: RankSet)
    /// An operation has one outcome on every target, and all its output was delivered or is marked as cut short.
    case closed(OperationID, [OutcomeBucket], truncated: RankSet)
    /// Something happened at a barrier.
    case barrier(BarrierNotice)
    /// Applications have said something through their sockets.
    case application(ApplicationReport)
    /// The tree is empty.
    case dissolved
}
