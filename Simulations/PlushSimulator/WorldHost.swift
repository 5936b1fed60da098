import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// One simulated machine with its agent: everything an agent's runtime would hold.
package final class WorldHost {
    package enum Life: Equatable {
        case absent
        case running
        case frozen
        /// Ended by itself, with its last word.
        case ended(String)
        case killed
    }

    package let rank: Rank
    package var node: RelayNode?
    package var bootstrap: Bootstrap?
    package var life = Life.absent
    /// What came while it was frozen.
    package var backlog: [Event] = []
    package var dialsWhileFrozen: [() -> Void] = []
    /// Clocks of machines have nothing in common.
    package let clockOffset: UInt64
    package var timerToken: UInt64 = 0
    package var armedFor: UInt64?
    package var processes: [OperationID: WorldProcess] = [:]
    package var files: [OperationID: WorldFiles] = [:]
    package var installed: [String: ByteBuffer] = [:]
    package var fileScript = FileScript.works
    package var notes: [String] = []
    package var endedAt: UInt64?
    package var heldBytesMax: UInt64 = 0
    package var pauses = 0
    package var chunksSent = 0

    package init(rank: Rank) {
        self.rank = rank
        clockOffset = 1_000_000_000 * (UInt64(rank.value) * 7_919 % 100_000)
    }

    package var key: PublicKey {
        var bytes = [UInt8](repeating: 42, count: 32)
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: rank.value >> UInt32(8 * index)) }
        return PublicKey(bytes)!
    }

    package var isGone: Bool {
        switch life {
        case .ended, .killed: return true
        case .absent, .running, .frozen: return false
        }
    }

    package var isRunning: Bool {
        life == .running || life == .frozen
    }
}

/// The files of one operation on one host.
package struct WorldFiles {
    package let task: FilesTask
    package let asTarget: Bool
    package var spool: [UInt32: FileChunk] = [:]
    package var stored: [UInt32: ByteBuffer] = [:]
}

/// One end of a link each.
package enum Party: Hashable {
    case controller
    case host(Rank)
}

/// An authenticated connection: order is kept in each direction.
package final class WorldLink {
    package let child: Rank
    package let parent: Party
    package let childID: LinkID
    package let parentID: LinkID
    /// Ends that hear nothing any more.
    package var deafChild = false
    package var deafParent = false
    package var isClosing = false
    /// When the last byte that was sent has left, in each direction; control does not wait behind bulk.
    package var upward = Lane()
    package var downward = Lane()

    package struct Lane {
        var control: UInt64 = 0
        var bulk: UInt64 = 0

        mutating func send(cost: UInt64, isBulk: Bool, at now: UInt64) -> UInt64 {
            let sent = max(control, isBulk ? bulk : 0, now) + cost
            if isBulk { bulk = sent } else { control = sent }
            return sent
        }
    }

    /// The world's own account of credit, from the messages alone.
    package var outputSent: UInt64 = 0
    package var outputGranted: UInt64 = 0
    package var chunksSent: UInt64 = 0
    package var chunksGranted = ProtocolLimits.chunkWindowBytes

    package init(child: Rank, parent: Party, childID: LinkID, parentID: LinkID) {
        self.child = child
        self.parent = parent
        self.childID = childID
        self.parentID = parentID
    }
}
