import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// One simulated machine with its agent: everything an agent's runtime would hold.
package final class WorldHost {
    /// How it stands with the agent and its machine.
    package enum Life: Equatable {
        /// No agent yet.
        case absent
        case running
        case frozen
        /// Ended by itself, with its last word.
        case ended(String)
        case killed
        /// The machine has no power: nobody hears even that it is gone.
        case dark
    }

    package let rank: Rank
    package var machine: Machine
    package var node: RelayNode?
    package var bootstrap: Bootstrap?
    package var life = Life.absent
    /// Counts agents of this machine: what was on its way to an earlier one is lost.
    package var boot: UInt32 = 0
    /// What came while it was frozen.
    var backlog: [Event] = []
    var dialsWhileFrozen: [Dial] = []
    var wakeAt: UInt64?
    /// Its links, in the order in which they were made; closed ones are swept out now and then.
    var links: [WorldLink] = []
    package var processes: [OperationID: WorldProcess] = [:]
    package var files: [OperationID: WorldFiles] = [:]
    /// Collections that the node no longer wants to be read.
    var closedCollections: Set<OperationID> = []
    package var installed: [String: ByteBuffer] = [:]
    package var fileScript = FileScript.works
    package var notes: [String] = []
    package var endedAt: UInt64?
    package var heldBytesMax: UInt64 = 0
    package var pauses = 0
    package var chunksSent = 0

    /// Up to when the root is known to have lived, by what caused what.
    package var rootKnown: UInt64 = 0
    /// What it had applied before the event that it is handling.
    var appliedBefore = LogPosition.start
    /// How it works against the others.
    package var hostility: Hostility?
    /// Whether anything that it heard from above may have been a hostile node's word.
    package var isTainted = false

    init(rank: Rank, machine: Machine) {
        self.rank = rank
        self.machine = machine
    }

    /// Clocks of machines have nothing in common: between three days and three months are on them, so that a millisecond
    /// always takes as many bytes on the wire and a skew changes no size.
    static func clockOffset(of index: Int, skew: UInt64) -> UInt64 {
        300_000_000_000_000 + 1_000_000_000 * (UInt64(index) * 7_919 % 7_000_000) + skew
    }

    package var key: PublicKey {
        var bytes = [UInt8](repeating: 42, count: 32)
        for index in 0..<4 { bytes[index] = UInt8(truncatingIfNeeded: rank.value >> UInt32(8 * index)) }
        for index in 0..<4 { bytes[4 + index] = UInt8(truncatingIfNeeded: boot >> UInt32(8 * index)) }
        return PublicKey(bytes) ?? WorldTools.rootKey
    }

    /// Whether an agent has begun here.
    package var hasNode: Bool {
        node?.inPlace { _ in true } ?? false
    }

    package var isGone: Bool {
        switch life {
        case .ended, .killed, .dark: return true
        case .absent, .running, .frozen: return false
        }
    }

    package var isRunning: Bool {
        life == .running || life == .frozen
    }

    /// Whether its word counts: it keeps to the protocol, and so did everyone above it.
    package var isHonest: Bool {
        hostility == nil
    }

    package var incarnation: UInt32? {
        bootstrap?.certificate.incarnation
    }

    func add(_ link: WorldLink) {
        if links.count > 64 { links.removeAll { $0.isOver } }
        links.append(link)
    }
}

/// The files of one operation on one host.
package struct WorldFiles {
    package let task: FilesTask
    package let asTarget: Bool
    package var spool: [UInt32: FileChunk] = [:]
    package var stored: [UInt32: ByteBuffer] = [:]
}
