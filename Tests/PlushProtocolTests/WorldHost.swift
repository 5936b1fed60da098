import NIOCore
import PlushTree
import PlushWire

@testable import PlushProtocol

/// One simulated machine with its agent: everything an agent's runtime would hold.
final class WorldHost {
    enum Life: Equatable {
        case absent
        case running
        case frozen
        /// Ended by itself, with its last word.
        case ended(String)
        case killed
    }

    let rank: Rank
    var node: RelayNode?
    var bootstrap: Bootstrap?
    var life = Life.absent
    /// What came while it was frozen.
    var backlog: [Event] = []
    var dialsWhileFrozen: [() -> Void] = []
    /// Clocks of machines have nothing in common.
    let clockOffset: UInt64
    var timerToken: UInt64 = 0
    var armedFor: UInt64?
    var processes: [OperationID: WorldProcess] = [:]
    var files: [OperationID: WorldFiles] = [:]
    var installed: [String: ByteBuffer] = [:]
    var fileScript = FileScript.works
    var notes: [String] = []
    var endedAt: UInt64?
    var heldBytesMax: UInt64 = 0
    var pauses = 0
    var chunksSent = 0

    init(rank: Rank) {
        self.rank = rank
        clockOffset = 1_000_000_000 * (UInt64(rank.value) * 7_919 % 100_000)
    }

    var key: PublicKey {
        var bytes = [UInt8](repeating: 42, count: 32)
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: rank.value >> UInt32(8 * index)) }
        return PublicKey(bytes)!
    }

    var isGone: Bool {
        switch life {
        case .ended, .killed: return true
        case .absent, .running, .frozen: return false
        }
    }

    var isRunning: Bool {
        life == .running || life == .frozen
    }
}

/// The files of one operation on one host.
struct WorldFiles {
    let task: FilesTask
    let asTarget: Bool
    var spool: [UInt32: FileChunk] = [:]
    var stored: [UInt32: ByteBuffer] = [:]
}

/// One end of a link each.
enum Party: Hashable {
    case controller
    case host(Rank)
}

/// An authenticated connection: order is kept in each direction.
final class WorldLink {
    let child: Rank
    let parent: Party
    let childID: LinkID
    let parentID: LinkID
    /// Ends that hear nothing any more.
    var deafChild = false
    var deafParent = false
    var isClosing = false
    /// When the last byte that was sent has left, in each direction; control does not wait behind bulk.
    var upward = Lane()
    var downward = Lane()

    struct Lane {
        var control: UInt64 = 0
        var bulk: UInt64 = 0

        mutating func send(cost: UInt64, isBulk: Bool, at now: UInt64) -> UInt64 {
            let sent = max(control, isBulk ? bulk : 0, now) + cost
            if isBulk { bulk = sent } else { control = sent }
            return sent
        }
    }

    /// The world's own account of credit, from the messages alone.
    var outputSent: UInt64 = 0
    var outputGranted: UInt64 = 0
    var chunksSent: UInt64 = 0
    var chunksGranted = ProtocolLimits.chunkWindowBytes

    init(child: Rank, parent: Party, childID: LinkID, parentID: LinkID) {
        self.child = child
        self.parent = parent
        self.childID = childID
        self.parentID = parentID
    }
}
