import PlushTree

/// One entry of the operation log (P3). Every agent applies the records in order of position.
package enum LogRecord: WireValue {
    case operation(Operation)
    case cancel(Cancel)
    case settle(Settlement)
    case roster(RosterChange)
    case release(BarrierRelease)
    /// The set of controllers, by rank (rule 15); one for now.
    case controllers(RankSet)
    /// The overlay ends: stop everything, clean up, leave.
    case dissolve
    case barrier(BarrierOpening)
    case drop(BarrierDrop)
    /// The barriers of an application are over: agents forget them.
    case closeBarriers(String)

    package func write(to writer: inout WireWriter) {
        switch self {
        case .operation(let value):
            writer.fixed(UInt8(1))
            value.write(to: &writer)
        case .cancel(let value):
            writer.fixed(UInt8(2))
            value.write(to: &writer)
        case .settle(let value):
            writer.fixed(UInt8(3))
            value.write(to: &writer)
        case .roster(let value):
            writer.fixed(UInt8(4))
            value.write(to: &writer)
        case .release(let value):
            writer.fixed(UInt8(5))
            value.write(to: &writer)
        case .controllers(let ranks):
            writer.fixed(UInt8(6))
            ranks.write(to: &writer)
        case .dissolve:
            writer.fixed(UInt8(7))
        case .barrier(let value):
            writer.fixed(UInt8(0x40))
            value.write(to: &writer)
        case .drop(let value):
            writer.fixed(UInt8(0x41))
            value.write(to: &writer)
        case .closeBarriers(let application):
            writer.fixed(UInt8(0x42))
            writer.text(application)
        }
    }

    package init(from reader: inout WireReader) throws(WireError) {
        switch try reader.fixed(UInt8.self, "record") {
        case 1: self = .operation(try Operation(from: &reader))
        case 2: self = .cancel(try Cancel(from: &reader))
        case 3: self = .settle(try Settlement(from: &reader))
        case 4: self = .roster(try RosterChange(from: &reader))
        case 5: self = .release(try BarrierRelease(from: &reader))
        case 6: self = .controllers(try RankSet(from: &reader))
        case 7: self = .dissolve
        case 0x40: self = .barrier(try BarrierOpening(from: &reader))
        case 0x41: self = .drop(try BarrierDrop(from: &reader))
        case 0x42: self = .closeBarriers(try reader.text("application"))
        default: throw WireError(.unknownType, "record")
        }
    }
}

/// Ends an operation where it runs, and leaves a tombstone where it has not come yet (rule 4).
package struct Cancel: WireValue {
    package let operation: OperationID
    package let ranks: RankSet

    package init(operation: OperationID, ranks: RankSet) {
        self.operation = operation
        self.ranks = ranks
    }

    package func write(to writer: inout WireWriter) {
        operation.write(to: &writer)
        ranks.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        operation = try OperationID(from: &reader)
        ranks = try RankSet(from: &reader)
    }
}

/// Ranks that ended an operation in the same way. `mac` is the XOR of per-rank MACs (rule 16), zero until those exist.
package struct OutcomeBucket: WireValue {
    package var outcome: Outcome
    /// The streams on which these ranks have output: the root waits for their last segments before it closes the
    /// operation, and for none where a command printed nothing.
    package var streams: OutputSegment.Streams
    package var ranks: RankSet
    package var mac: Tag

    package init(outcome: Outcome, streams: OutputSegment.Streams = [], ranks: RankSet, mac: Tag = .zero) {
        self.outcome = outcome
        self.streams = streams
        self.ranks = ranks
        self.mac = mac
    }

    package func write(to writer: inout WireWriter) {
        outcome.write(to: &writer)
        writer.fixed(streams.rawValue)
        ranks.write(to: &writer)
        mac.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        outcome = try Outcome(from: &reader)
        streams = OutputSegment.Streams(rawValue: try reader.fixed(UInt8.self, "streams"))
        ranks = try RankSet(from: &reader)
        mac = try Tag(from: &reader)
    }
}

/// What the root has made durable: results and output of these ranks may be freed (rule 5). The last one of an
/// operation is marked closed and lets relays forget it.
package struct Settlement: WireValue {
    package let operation: OperationID
    package let buckets: [OutcomeBucket]
    package let isClosed: Bool

    package init(operation: OperationID, buckets: [OutcomeBucket], isClosed: Bool) {
        self.operation = operation
        self.buckets = buckets
        self.isClosed = isClosed
    }

    package func write(to writer: inout WireWriter) {
        operation.write(to: &writer)
        writer.list(buckets)
        writer.flag(isClosed)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        operation = try OperationID(from: &reader)
        buckets = try reader.list(OutcomeBucket.self, "settled buckets")
        isClosed = try reader.flag("closed")
    }
}

/// A new version of the roster: whom certificates no longer admit (rule 14).
package struct RosterChange: WireValue {
    /// Certificates of `ranks` below `incarnationFloor` are void.
    package struct Eviction: WireValue {
        package let ranks: RankSet
        package let incarnationFloor: UInt32

        package init(ranks: RankSet, incarnationFloor: UInt32) {
            self.ranks = ranks
            self.incarnationFloor = incarnationFloor
        }

        package func write(to writer: inout WireWriter) {
            ranks.write(to: &writer)
            writer.varint(incarnationFloor)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            ranks = try RankSet(from: &reader)
            incarnationFloor = try reader.varint32("incarnation floor")
        }
    }

    package let version: UInt32
    package let evictions: [Eviction]

    package init(version: UInt32, evictions: [Eviction]) {
        self.version = version
        self.evictions = evictions
    }

    package func write(to writer: inout WireWriter) {
        writer.varint(version)
        writer.list(evictions)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        version = try reader.varint32("roster version")
        evictions = try reader.list(Eviction.self, "evictions")
    }
}

/// A barrier's generation is over; `onTime` had entered when it was released (rule 11).
package struct BarrierRelease: WireValue {
    package let application: String
    package let name: String
    package let generation: UInt64
    package let onTime: RankSet

    package init(application: String, name: String, generation: UInt64, onTime: RankSet) {
        self.application = application
        self.name = name
        self.generation = generation
        self.onTime = onTime
    }

    package func write(to writer: inout WireWriter) {
        writer.text(application)
        writer.text(name)
        writer.varint(generation)
        onTime.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        application = try reader.text("application")
        name = try reader.text("barrier")
        generation = try reader.varint("generation")
        onTime = try RankSet(from: &reader)
    }
}
