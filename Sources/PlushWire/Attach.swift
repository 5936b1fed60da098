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

    package let stamp: AttachStamp
    package let highestEpoch: UInt32
    package let applied: LogPosition
    package let rosterVersion: UInt32
    /// The child and all below it, as edges: who is whose parent.
    package let subtree: [TreeEdge]
    package let openOperations: [OpenOperation]
    package let heldTokens: [HeldToken]
    package let entered: [Generation]

    package init(
        stamp: AttachStamp, highestEpoch: UInt32, applied: LogPosition, rosterVersion: UInt32, subtree: [TreeEdge],
        openOperations: [OpenOperation] = [], heldTokens: [HeldToken] = [], entered: [Generation] = []
    ) {
        self.stamp = stamp
        self.highestEpoch = highestEpoch
        self.applied = applied
        self.rosterVersion = rosterVersion
        self.subtree = subtree
        self.openOperations = openOperations
        self.heldTokens = heldTokens
        self.entered = entered
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
    }
}

/// One node and its parent.
package struct TreeEdge: WireValue {
    package let child: Rank
    package let incarnation: UInt32
    package let parent: Rank

    package init(child: Rank, incarnation: UInt32, parent: Rank) {
        self.child = child
        self.incarnation = incarnation
        self.parent = parent
    }

    package func write(to writer: inout WireWriter) {
        child.write(to: &writer)
        writer.varint(incarnation)
        parent.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        child = try Rank(from: &reader)
        incarnation = try reader.varint32("edge incarnation")
        parent = try Rank(from: &reader)
    }
}

/// A parent's answer to an attach.
package enum AttachReply: WireValue {
    case accepted(Acceptance)
    /// Full: try again after this time, with full jitter (rule 7).
    case busy(retryAfterMilliseconds: UInt32)
    /// Not here: certificate void, cycle, stale parent; the word says which.
    case refused(String)

    /// What a child needs to go on from.
    package struct Acceptance: WireValue {
        /// From the root to the parent, both included.
        package let path: [Rank]
        package let rootAgeMilliseconds: UInt64
        package let overlayMilliseconds: UInt64
        /// Bulk bytes that the child may send before the first credit message.
        package let credit: UInt64
        package let logIndex: UInt64
        package let releasedUpTo: [AttachSummary.Generation]

        package init(
            path: [Rank], rootAgeMilliseconds: UInt64, overlayMilliseconds: UInt64, credit: UInt64, logIndex: UInt64,
            releasedUpTo: [AttachSummary.Generation] = []
        ) {
            self.path = path
            self.rootAgeMilliseconds = rootAgeMilliseconds
            self.overlayMilliseconds = overlayMilliseconds
            self.credit = credit
            self.logIndex = logIndex
            self.releasedUpTo = releasedUpTo
        }

        package func write(to writer: inout WireWriter) {
            writer.list(path)
            writer.varint(rootAgeMilliseconds)
            writer.varint(overlayMilliseconds)
            writer.varint(credit)
            writer.varint(logIndex)
            writer.list(releasedUpTo)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            path = try reader.list(Rank.self, max: WireLimits.depthMax, "path")
            rootAgeMilliseconds = try reader.varint("root age")
            overlayMilliseconds = try reader.varint("overlay time")
            credit = try reader.varint("credit")
            logIndex = try reader.varint("log index")
            releasedUpTo = try reader.list(AttachSummary.Generation.self, "released generations")
        }
    }

    package func write(to writer: inout WireWriter) {
        switch self {
        case .accepted(let acceptance):
            writer.fixed(UInt8(0))
            acceptance.write(to: &writer)
        case .busy(let retryAfterMilliseconds):
            writer.fixed(UInt8(1))
            writer.varint(retryAfterMilliseconds)
        case .refused(let reason):
            writer.fixed(UInt8(2))
            writer.detail(reason)
        }
    }

    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.fixed(UInt8.self, "attach reply") {
        case 0: self = .accepted(try Acceptance(from: &reader))
        case 1: self = .busy(retryAfterMilliseconds: try reader.varint32("retry after"))
        case 2: self = .refused(try reader.text(max: WireLimits.detailBytesMax, "refusal"))
        default: throw WireError(.unknownType, "attach reply")
        }
    }
}
