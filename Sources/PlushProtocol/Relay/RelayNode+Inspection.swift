import OrderedCollections
import PlushTree
import PlushWire

/// What the simulator's checkers may look at. A driver needs none of it, and nothing here changes the node.
extension RelayNode {
    /// The committed link to the parent.
    package var committedParentLink: LinkID? {
        uplink.attachedLink
    }

    /// From the root to the parent, as the parent said last; empty without a committed parent.
    package var believedPath: [Rank] {
        uplink.path
    }

    /// The upper bound of the root's age that this node would tell its children (P1).
    package func believedRootAgeMilliseconds(at now: Instant) -> UInt64 {
        uplink.rootAgeMilliseconds(at: now)
    }

    /// How late its own timers come.
    package var timerLagMilliseconds: UInt64 {
        lag.milliseconds
    }

    /// The last record that was applied.
    package var appliedPosition: LogPosition {
        log.applied
    }

    /// The links below.
    package var childTable: ChildTable {
        children
    }

    /// Bytes of chunks that came from the parent and are held, out of the window's credit.
    package var heldChunkBytes: UInt64 {
        chunkWindow.heldBytes
    }

    /// Bytes of all operations that are held in order to fold them with equal ones.
    package var heldFoldBytes: Int {
        operations.values.reduce(0) { $0 + $1.fold.heldBytes }
    }

    /// Operations that have not been settled here.
    package var openOperationIDs: OrderedSet<OperationID> {
        operations.keys
    }

    /// Links that may be authenticated and have not committed.
    package var uncommittedLinkCount: Int {
        children.count - children.attachedCount
    }
}
