import PlushTree

/// One thing that goes wrong, or stops going wrong.
package enum Fault: Hashable, Sendable {
    case kill(Rank)
    case darken(Rank)
    /// A machine whose agent is gone is up again, and the controller is asked to take it back.
    case comeBack(Rank)
    case freeze(Rank)
    case thaw(Rank)
    case slow(Rank, times: UInt64)
    /// The link from this rank to its parent breaks.
    case cut(Rank)
    case raise(Partition)
    case heal(Partition)
    case drift(Rank, perMillion: Int64)
    case turn(Rank, Hostility)
    /// Somebody who is no member knocks.
    case stranger(at: Rank, Stranger)
    case killController

    /// What somebody who is no member shows.
    package enum Stranger: Hashable, Sendable, CaseIterable {
        /// A certificate that it signed itself.
        case selfSigned
        /// Of another overlay of the same controller.
        case otherOverlay
        /// A member's certificate without its key.
        case stolen
        /// A certificate whose rank was changed after it was signed.
        case altered
    }
}

extension Fault: CustomStringConvertible {
    /// As scenarios say it.
    package var description: String {
        switch self {
        case .kill(let rank): return "kill \(rank)"
        case .darken(let rank): return "darken \(rank)"
        case .comeBack(let rank): return "return \(rank)"
        case .freeze(let rank): return "freeze \(rank)"
        case .thaw(let rank): return "thaw \(rank)"
        case .slow(let rank, let times): return "slow \(rank) \(times)"
        case .cut(let rank): return "cut \(rank)"
        case .raise(let partition): return "partition \(partition)"
        case .heal(let partition): return "heal \(partition)"
        case .drift(let rank, let perMillion): return "drift \(rank) \(perMillion)"
        case .turn(let rank, let hostility): return "turn \(rank) \(hostility)"
        case .stranger(let rank, let stranger): return "stranger \(rank) \(stranger)"
        case .killController: return "kill root"
        }
    }
}

extension Partition: CustomStringConvertible {
    package var description: String {
        "\(island)" + (isDeaf && isMute ? "" : isDeaf ? " deaf" : " mute")
    }
}
