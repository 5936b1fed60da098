import PlushTree
import PlushWire

/// What the controller's node tells its clients of a barrier.
package enum BarrierNotice: Hashable, Sendable {
    /// Who is there, and who is not, has changed.
    case entered(BarrierKey, generation: UInt64, entered: RankSet, missing: RankSet)
    /// A generation is released.
    case released(BarrierKey, generation: UInt64, onTime: RankSet, missing: RankSet)
    /// It needs more hosts than are left, and waits until a client decides something.
    case cannot(BarrierKey, generation: UInt64, needed: Int, left: Int)
}
