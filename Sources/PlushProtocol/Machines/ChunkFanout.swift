import OrderedCollections
import PlushTree
import PlushWire

/// One transfer as seen by a node that passes it on: which chunks it has, and how far each child has been served.
///
/// A child is sent what its own credit allows. One that falls behind is served from the spool, and neither its
/// siblings nor the node's own reception wait for it (decision 9).
package struct ChunkFanout: Sendable {
    package let operation: OperationID
    package let count: UInt32
    /// Chunks stored so far: 0 ..< have.
    package private(set) var have: UInt32 = 0
    private var creditBytes: [UInt64] = []
    private var cursors: OrderedDictionary<LinkID, UInt32> = [:]

    package init(operation: OperationID, count: UInt32) {
        self.operation = operation
        self.count = count
    }

    /// The root has all chunks from the start.
    package init(operation: OperationID, spooled creditBytes: [UInt64]) {
        self.operation = operation
        count = UInt32(creditBytes.count)
        have = count
        self.creditBytes = creditBytes
    }

    package var isComplete: Bool {
        have == count
    }

    /// A child that has targets behind it; it begins at `from`, what it has from an earlier parent.
    package mutating func add(_ link: LinkID, from: UInt32 = 0) {
        guard cursors[link] == nil else { return }
        cursors[link] = min(from, count)
    }

    package mutating func remove(_ link: LinkID) {
        cursors.removeValue(forKey: link)
    }

    package var hasChildren: Bool {
        !cursors.isEmpty
    }

    /// The next chunk is stored.
    package mutating func store(_ chunk: FileChunk) {
        precondition(chunk.number == have, "chunk \(chunk.number) stored when \(have) was next")
        have += 1
        creditBytes.append(chunk.creditBytes)
    }

    /// Sends what credit allows to one child: the newest chunk from memory where it is the next, else from the spool.
    package mutating func pump(
        _ link: LinkID, fresh: FileChunk?, children: inout ChildTable, into actions: inout [Action]
    ) {
        guard var cursor = cursors[link] else { return }
        while cursor < have {
            var isAllowed = false
            children.update(link) { isAllowed = $0.chunks.use(creditBytes[Int(cursor)]) }
            guard isAllowed else { break }
            if let fresh, fresh.number == cursor {
                actions.append(.send(link, .chunk(fresh)))
            } else {
                actions.append(.sendSpooled(link, operation, number: cursor))
            }
            cursor += 1
        }
        cursors[link] = cursor
    }

    /// Sends what credit allows to every child.
    package mutating func pumpAll(fresh: FileChunk?, children: inout ChildTable, into actions: inout [Action]) {
        for link in cursors.keys {
            pump(link, fresh: fresh, children: &children, into: &actions)
        }
    }
}
