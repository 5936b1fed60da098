import PlushTree
import PlushWire

/// What the controller's node tells its clients of a barrier.
package enum BarrierNotice: Hashable, Sendable {
    /// Who is there, and who is not, has changed.
    case entered(BarrierKey, generation: UInt64, entered: RankSet, missing: RankSet)
    /// A generation is released.
    case released(BarrierKey, generation: UInt64, onTime: RankSet, missing: RankSet)
    /// Hosts have entered a generation that was released before; `isRefused`: they may not go on.
    case late(BarrierKey, generation: UInt64, RankSet, isRefused: Bool)
    /// So many of those who were there have gone through a throttled barrier.
    case passing(BarrierKey, generation: UInt64, passed: RankSet, waiting: RankSet)
    /// It needs more hosts than are left, and waits until a client decides something.
    case cannot(BarrierKey, generation: UInt64, needed: Int, left: Int)
}
