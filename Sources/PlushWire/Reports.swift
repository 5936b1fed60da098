import NIOCore
import PlushTree

/// A child's sign of life (rule 9), with its own timer lag so that a starved machine is not taken for a dead one.
package struct Heartbeat: WireValue {
    /// The child's clock when it sent this; comes back in the reply.
    package let sentMilliseconds: UInt64
    package let lagMilliseconds: UInt32
    /// From the last heartbeat to its answer; 0 before the first.
    package let roundTripMilliseconds: UInt32
    package let applied: LogPosition

    package init(
        sentMilliseconds: UInt64, lagMilliseconds: UInt32, roundTripMilliseconds: UInt32 = 0, applied: LogPosition
    ) {
        self.sentMilliseconds = sentMilliseconds
        self.lagMilliseconds = lagMilliseconds
        self.roundTripMilliseconds = roundTripMilliseconds
        self.applied = applied
    }

    package func write(to writer: inout WireWriter) {
        writer.varint(sentMilliseconds)
        writer.varint(lagMilliseconds)
        writer.varint(roundTripMilliseconds)
        applied.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        sentMilliseconds = try reader.varint("heartbeat time")
        lagMilliseconds = try reader.varint32("heartbeat lag")
        roundTripMilliseconds = try reader.varint32("heartbeat round trip")
        applied = try LogPosition(from: &reader)
    }
}

/// The parent's answer: how old its knowledge of the root is (P1), and the path for finding cycles (rule 7).
package struct HeartbeatReply: WireValue {
    package let echoMilliseconds: UInt64
    package let rootAgeMilliseconds: UInt64
    package let lagMilliseconds: UInt32
    package let path: [Rank]

    package init(echoMilliseconds: UInt64, rootAgeMilliseconds: UInt64, lagMilliseconds: UInt32, path: [Rank]) {
        self.echoMilliseconds = echoMilliseconds
        self.rootAgeMilliseconds = rootAgeMilliseconds
        self.lagMilliseconds = lagMilliseconds
        self.path = path
    }

    package func write(to writer: inout WireWriter) {
        writer.varint(echoMilliseconds)
        writer.varint(rootAgeMilliseconds)
        writer.varint(lagMilliseconds)
        writer.list(path)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        echoMilliseconds = try reader.varint("heartbeat echo")
        rootAgeMilliseconds = try reader.varint("root age")
        lagMilliseconds = try reader.varint32("heartbeat lag")
        path = try reader.list(Rank.self, max: WireLimits.depthMax, "path")
    }
}

/// Changes below a relay, merged over the time it took to send them.
package struct SubtreeReport: WireValue {
    /// Ranks to which the reporter no longer has a path. It does not say that they are dead: only the root may.
    package struct Departure: WireValue {
        package let ranks: RankSet
        /// The child of the reporter through which they were reached.
        package let through: Rank
        /// The node that noticed.
        package let reporter: Rank
        package let cause: String
        /// What is known of the node whose link is gone.
        package let kind: Kind

        /// How a link went.
        package enum Kind: UInt8, Hashable, Sendable {
            /// It was given up, or left for another: the node is likely to be alive.
            case left = 0
            /// Its other end closed it without a word: the node is likely to be dead.
            case closed = 1
            /// The node said that it ends.
            case ended = 2
        }

        package init(ranks: RankSet, through: Rank, reporter: Rank, cause: String, kind: Kind = .left) {
            self.ranks = ranks
            self.through = through
            self.reporter = reporter
            self.cause = cause
            self.kind = kind
        }

        /// The same, of some of the ranks.
        package func restricted(to some: RankSet) -> Departure {
            Departure(ranks: some, through: through, reporter: reporter, cause: cause, kind: kind)
        }

        package func write(to writer: inout WireWriter) {
            ranks.write(to: &writer)
            through.write(to: &writer)
            reporter.write(to: &writer)
            writer.detail(cause)
            writer.fixed(kind.rawValue)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            ranks = try RankSet(from: &reader)
            through = try Rank(from: &reader)
            reporter = try Rank(from: &reader)
            cause = try reader.text(max: WireLimits.detailBytesMax, "departure cause")
            guard let kind = Kind(rawValue: try reader.fixed(UInt8.self, "departure kind")) else {
                throw WireError(.malformed, "departure kind")
            }
            self.kind = kind
        }
    }

    package var joined: [TreeEdge]
    package var departed: [Departure]
    /// Relays that their parents have made leaves, because they are slow.
    package var retired: RankSet

    package init(joined: [TreeEdge] = [], departed: [Departure] = [], retired: RankSet = RankSet()) {
        self.joined = joined
        self.departed = departed
        self.retired = retired
    }

    package func write(to writer: inout WireWriter) {
        writer.list(joined)
        writer.list(departed)
        retired.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        joined = try reader.list(TreeEdge.self, max: WireLimits.rankRangesMax, "joined")
        departed = try reader.list(Departure.self, "departed")
        retired = try RankSet(from: &reader)
    }
}

/// A rollup on its way up: facts per rank, merged by union (P4).
package struct ResultReport: WireValue {
    package let operation: OperationID
    package let started: RankSet
    package let buckets: [OutcomeBucket]

    package init(operation: OperationID, started: RankSet, buckets: [OutcomeBucket]) {
        self.operation = operation
        self.started = started
        self.buckets = buckets
    }

    package func write(to writer: inout WireWriter) {
        operation.write(to: &writer)
        started.write(to: &writer)
        writer.list(buckets)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        operation = try OperationID(from: &reader)
        started = try RankSet(from: &reader)
        buckets = try reader.list(OutcomeBucket.self, "outcomes")
    }
}

/// A piece of output, cut once by its producer (rule 6). Equal pieces of several ranks are one segment.
package struct OutputSegment: WireValue {
    /// Which of an operation's streams.
    package enum Stream: UInt8, Hashable, Sendable, CaseIterable {
        case standardOutput = 1
        case standardError = 2
        /// Collected files, in the container format of the runtime.
        case collection = 3
    }

    /// A set of streams.
    package struct Streams: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package init(_ stream: Stream) {
            rawValue = 1 << stream.rawValue
        }

        package func contains(_ stream: Stream) -> Bool {
            rawValue & (1 << stream.rawValue) != 0
        }
    }

    /// What else is to be known of a segment; unknown bits are ignored.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// The stream's last segment.
        package static let last = Flags(rawValue: 1)
        /// Bytes are missing before this point (the producer died or was stopped).
        package static let truncated = Flags(rawValue: 2)
    }

    package let operation: OperationID
    package let stream: Stream
    /// From 0, without gaps.
    package let number: UInt32
    package let flags: Flags
    /// BLAKE2b-128 of the body before compression: with number and length the fold key.
    package let tag: Tag
    package let body: Body
    package var ranks: RankSet

    package init(
        operation: OperationID, stream: Stream, number: UInt32, flags: Flags, tag: Tag, body: Body, ranks: RankSet
    ) {
        self.operation = operation
        self.stream = stream
        self.number = number
        self.flags = flags
        self.tag = tag
        self.body = body
        self.ranks = ranks
    }

    package func write(to writer: inout WireWriter) {
        operation.write(to: &writer)
        writer.fixed(stream.rawValue)
        writer.varint(number)
        writer.fixed(flags.rawValue)
        tag.write(to: &writer)
        body.write(to: &writer)
        ranks.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        operation = try OperationID(from: &reader)
        guard let stream = Stream(rawValue: try reader.fixed(UInt8.self, "stream")) else {
            throw WireError(.malformed, "stream")
        }
        self.stream = stream
        number = try reader.varint32("segment number")
        flags = Flags(rawValue: try reader.fixed(UInt8.self, "segment flags"))
        tag = try Tag(from: &reader)
        body = try Body(from: &reader)
        ranks = try RankSet(from: &reader)
        guard !ranks.isEmpty else { throw WireError(.malformed, "segment ranks") }
    }

    /// What the segment takes from the credit of a link: its size before compression, because whoever receives it may
    /// have to hold it unpacked, and a fixed part for its header.
    package var creditBytes: UInt64 {
        UInt64(body.rawBytes) + 64
    }
}

/// One chunk of a transfer; chunks are numbered over all entries of the manifest.
package struct FileChunk: WireValue {
    package let operation: OperationID
    package let number: UInt32
    package let body: Body

    package init(operation: OperationID, number: UInt32, body: Body) {
        self.operation = operation
        self.number = number
        self.body = body
    }

    package func write(to writer: inout WireWriter) {
        operation.write(to: &writer)
        writer.varint(number)
        body.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        operation = try OperationID(from: &reader)
        number = try reader.varint32("chunk number")
        body = try Body(from: &reader)
    }

    package var creditBytes: UInt64 {
        UInt64(body.bytes.readableBytes) + 64
    }
}
