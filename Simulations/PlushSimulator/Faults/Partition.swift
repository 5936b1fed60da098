import PlushTree

/// A wall around some hosts. What is sent through it waits (TCP sends it again) until the wall is gone.
package struct Partition: Hashable, Sendable {
    package let island: RankSet
    /// Whether the island hears nobody outside.
    package let isDeaf: Bool
    /// Whether nobody outside hears the island.
    package let isMute: Bool

    package init(island: RankSet, isDeaf: Bool = true, isMute: Bool = true) {
        self.island = island
        self.isDeaf = isDeaf
        self.isMute = isMute
    }

    func blocks(from sender: Party, to receiver: Party) -> Bool {
        let isSenderInside = island.contains(sender.rank)
        let isReceiverInside = island.contains(receiver.rank)
        if isSenderInside { return !isReceiverInside && isMute }
        return isReceiverInside && isDeaf
    }
}

extension World {
    package func raise(_ partition: Partition) {
        partitions.append(partition)
    }

    /// Takes one wall down, or all of them.
    package func heal(_ partition: Partition? = nil) {
        if let partition, let index = partitions.firstIndex(of: partition) {
            partitions.remove(at: index)
        } else if partition == nil {
            partitions = []
        }
        for link in links where !link.isOver {
            release(link, isUp: true)
            release(link, isUp: false)
        }
    }
}
