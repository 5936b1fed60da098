import NIOCore
import PlushProtocol
import PlushTree

/// An authenticated connection: order is kept in each direction.
package final class WorldLink {
    /// One direction.
    package struct Lane {
        /// When the last frame of each kind arrives: control may pass bulk, and nothing else may pass anything.
        private var control: UInt64 = 0
        private var bulk: UInt64 = 0
        /// What waits behind a partition.
        var held: [Parcel] = []

        package init() {}

        mutating func arrival(_ time: UInt64, isBulk: Bool) -> UInt64 {
            let arrival = max(time, control, isBulk ? bulk : 0)
            if isBulk { bulk = arrival } else { control = arrival }
            return arrival
        }

        /// When what is sent last arrives: a close passes nothing.
        mutating func last(_ time: UInt64) -> UInt64 {
            let arrival = max(time, control, bulk)
            control = arrival
            bulk = arrival
            return arrival
        }
    }

    package let child: Rank
    package let parent: Party
    package let childID: LinkID
    package let parentID: LinkID
    /// Which agents of their machines made it.
    let childBoot: UInt32
    let parentBoot: UInt32
    /// Ends that hear nothing any more.
    package var deafChild = false
    package var deafParent = false
    /// Ends that know that it is gone.
    var toldChild = false
    var toldParent = false
    package var isClosing = false
    /// Gone at once, with what was on its way.
    var isReset = false
    var upward = Lane()
    var downward = Lane()

    /// The world's own account of credit, from the messages alone.
    package var outputSent: UInt64 = 0
    package var outputGranted: UInt64 = 0
    package var chunksSent: UInt64 = 0
    package var chunksGranted = ProtocolLimits.chunkWindowBytes

    init(
        child: Rank, parent: Party, childID: LinkID, parentID: LinkID, childBoot: UInt32, parentBoot: UInt32
    ) {
        self.child = child
        self.parent = parent
        self.childID = childID
        self.parentID = parentID
        self.childBoot = childBoot
        self.parentBoot = parentBoot
    }

    /// Nobody listens any more.
    var isOver: Bool {
        deafChild && deafParent
    }

    package func party(isChild: Bool) -> Party {
        isChild ? .host(child) : parent
    }

    func id(ofChild isChild: Bool) -> LinkID {
        isChild ? childID : parentID
    }
}
