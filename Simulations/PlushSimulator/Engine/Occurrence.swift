import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// One thing that happens at a point of virtual time.
package enum Occurrence {
    /// Something reaches the far end of a link.
    case arrival(Parcel, WorldLink, isUp: Bool)
    /// What a partition has held back reaches the far end, in its order.
    case drain(WorldLink, isUp: Bool)
    /// The receiver has come round to a frame that had to wait for its processor.
    case handling(ByteBuffer, WorldLink, isUp: Bool, rootKnown: UInt64)
    /// An end learns that its link is closed.
    case closing(WorldLink, atChild: Bool, String)
    /// A node's deadline may have come.
    case wake(Party)
    /// A runtime tells its node something.
    case tell(Party, boot: UInt32, Event)
    /// A dial reaches the machine that was dialled.
    case connect(Dial)
    /// Something that concerns a command.
    case process(WorldProcess, ProcessStep)
    /// A host's agent has been started and speaks.
    case hello(Rank, boot: UInt32)
    /// A host has what it needs in order to join.
    case bootstrap(Rank, boot: UInt32, ByteBuffer)
    /// The controller gives up a host.
    case abandon(Rank)
    /// The journal is on disk up to here.
    case durable(upTo: UInt64, life: UInt32)
    /// A planned fault.
    case fault(Fault)
    /// The checkers that look at the whole world look at it.
    case audit

    /// What a command comes to.
    package enum ProcessStep {
        case read(OutputSegment.Stream)
        case exit(ProcessExit)
    }
}

/// What travels on a link.
package enum Parcel {
    /// `rootKnown`: up to which time the sender knew the root to live. No part of the frame: the world's own book of
    /// what caused what.
    case frame(ByteBuffer, rootKnown: UInt64)
    /// The sender has closed the link.
    case end(String)
}

/// A connection that is being made.
package struct Dial {
    package let child: Rank
    package let boot: UInt32
    package let parent: Bootstrap.Parent
    package let attempt: UInt32
}

/// One end of a link.
package enum Party: Hashable, Sendable, CustomStringConvertible {
    case controller
    case host(Rank)

    package var description: String {
        switch self {
        case .controller: return "root"
        case .host(let rank): return "\(rank)"
        }
    }

    package var rank: Rank {
        switch self {
        case .controller: return .controller
        case .host(let rank): return rank
        }
    }
}
