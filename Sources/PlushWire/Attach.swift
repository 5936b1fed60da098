import PlushTree

/// What a child tells a new parent (rule 17): one codec for first attachment, repair, restart and failover.
package struct AttachSummary: WireValue {
    /// An operation that the subtree has not been told is closed.
    package struct OpenOperation: WireValue {
        package let operation: OperationID
        package let started: RankSet
        package let terminal: [OutcomeBucket]
        /// Numbers of the output segments that are kept because they are not settled.
        package let unsettledSegments: RankSet

        package init(operation: OperationID, started: RankSet, terminal: [OutcomeBucket], unsettledSegments: RankSet) {
            self.operation = operation
            self.started = started
            self.terminal = terminal
            self.unsettledSegments = unsettledSegments
        }

        package func write(to writer: inout WireWriter) {
            operation.write(to: &writer)
            started.write(to: &writer)
            writer.list(terminal)
            unsettledSegments.write(to: &writer)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            operation = try OperationID(from: &reader)
            started = try RankSet(from: &reader)
            terminal = try reader.list(OutcomeBucket.self, "open outcomes")
            unsettledSegments = try RankSet(from: &reader)
        }
    }

    /// A permit that a rank of the subtree holds (rule 12).
    package struct HeldToken: WireValue {
        package let token: UInt32
        package let grant: UInt64
        package let rank: Rank

        package init(token: UInt32, grant: UInt64, rank: Rank) {
            self.token = token
            self.grant = grant
            self.rank = rank
        }

        package func write(to writer: inout WireWriter) {
            writer.varint(token)
            writer.varint(grant)
            rank.write(to: &writer)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            token = try reader.varint32("token")
            grant = try reader.varint("grant")
            rank = try Rank(from: &reader)
        }
    }

    /// A barrier and its generation, with the ranks concerned.
    package struct Generation: WireValue {
        package let application: String
        package let barrier: String
        package let generation: UInt64
        package let ranks: RankSet

        package init(application: String, barrier: String, generation: UInt64, ranks: RankSet) {
            self.application = application
            self.barrier = barrier
            self.generation = generation
            self.ranks = ranks
        }

        package func write(to writer: inout WireWriter) {
            writer.text(application)
            writer.text(barrier)
            writer.varint(generation)
            ranks.write(to: &writer)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            application = try reader.text("application")
            barrier = try reader.text("barrier")
            generation = try reader.varint("generation")
            ranks = try RankSet(from: &reader)
        }
    }

    /// How far a transfer has come.
    package struct OpenTransfer: WireValue {
        package let operation: OperationID
        /// Chunks that the child has: 0 ..< have. The parent goes on from there.
        package let have: UInt32

        package init(operation: OperationID, have: UInt32) {
            self.operation = operation
            self.have = have
        }

        package func write(to writer: inout WireWriter) {
            operation.write(to: &writer)
            writer.varint(have)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            operation = try OperationID(from: &reader)
            have = try reader.varint32("chunks that are there")
        }
    }

    package let stamp: AttachStamp
    package let highestEpoch: UInt32
    package let applied: LogPosition
    package let rosterVersion: UInt32
    /// The child and all below it, as edges: who is whose parent.
    package let subtree: [TreeEdge]
    package let openOperations: [OpenOperation]
    package let heldTokens: [HeldToken]
    package let entered: [Generation]
    /// Where others reach the child; nil where it does not listen.
    package let contact: Contact?
    package let transfers: [OpenTransfer]

    package init(
        stamp: AttachStamp, highestEpoch: UInt32, applied: LogPosition, rosterVersion: UInt32, subtree: [TreeEdge],
        openOperations: [OpenOperation] = [], heldTokens: [HeldToken] = [], entered: [Generation] = [],
        contact: Contact? = nil, transfers: [OpenTransfer] = []
    ) {
        self.stamp = stamp
        self.highestEpoch = highestEpoch
        self.applied = applied
        self.rosterVersion = rosterVersion
        self.subtree = subtree
        self.openOperations = openOperations
        self.heldTokens = heldTokens
        self.entered = entered
        self.contact = contact
        self.transfers = transfers
    }

    package func write(to writer: inout WireWriter) {
        stamp.write(to: &writer)
        writer.varint(highestEpoch)
        applied.write(to: &writer)
        writer.varint(rosterVersion)
        writer.list(subtree)
        writer.list(openOperations)
        writer.list(heldTokens)
        writer.list(entered)
        writer.flag(contact != nil)
        contact?.write(to: &writer)
        writer.list(transfers)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        stamp = try AttachStamp(from: &reader)
        highestEpoch = try reader.varint32("highest epoch")
        applied = try LogPosition(from: &reader)
        rosterVersion = try reader.varint32("roster version")
        subtree = try reader.list(TreeEdge.self, max: WireLimits.rankRangesMax, "subtree")
        openOperations = try reader.list(OpenOperation.self, "open operations")
        heldTokens = try reader.list(HeldToken.self, "held tokens")
        entered = try reader.list(Generation.self, "entered generations")
        contact = try reader.flag("attach contact") ? try Contact(from: &reader) : nil
        transfers = try reader.list(OpenTransfer.self, "open transfers")
    }
}
