import PlushTree
import PlushWire

/// What the controller's node tells its clients.
package enum ControllerNotice: Hashable, Sendable {
    /// A host is in the tree.
    case joined(TreeEdge)
    /// A host could not be brought into the tree.
    case unreachable(Rank, String)
    /// A host has another parent than before, or has come back to the same one.
    case moved(TreeEdge, from: Rank)
    /// There is no path to these hosts at the moment; they may find one.
    case away(SubtreeReport.Departure, path: [Rank])
    /// These were away, and are there again.
    case returned(RankSet)
    /// Relays were made leaves because they are slow.
    case retired(RankSet)
    /// Hosts that had joined are out of reach for good.
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
