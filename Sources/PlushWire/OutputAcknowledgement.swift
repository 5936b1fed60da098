import PlushTree

/// What the root has of a stream (rule 5): each rank may free what lies below its level.
package struct OutputAcknowledgement: WireValue {
    /// Ranks of which the root has the segments 0 ..< count.
    package struct Level: WireValue {
        package let count: UInt32
        package var ranks: RankSet

        package init(count: UInt32, ranks: RankSet) {
            self.count = count
            self.ranks = ranks
        }

        package func write(to writer: inout WireWriter) {
            writer.varint(count)
            ranks.write(to: &writer)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            count = try reader.varint32("segments that are there")
            ranks = try RankSet(from: &reader)
        }
    }

    package let operation: OperationID
    package let stream: OutputSegment.Stream
    package let levels: [Level]
    /// What was on its way may be lost: these ranks send everything from their level on once more.
    package let wantsAll: Bool

    package init(operation: OperationID, stream: OutputSegment.Stream, levels: [Level], wantsAll: Bool) {
        self.operation = operation
        self.stream = stream
        self.levels = levels
        self.wantsAll = wantsAll
    }

    /// What of it concerns some ranks; nil where nothing does.
    package func restricted(to ranks: RankSet) -> OutputAcknowledgement? {
        let some = levels.compactMap { level -> Level? in
            let mine = level.ranks.intersection(ranks)
            return mine.isEmpty ? nil : Level(count: level.count, ranks: mine)
        }
        guard !some.isEmpty else { return nil }
        return OutputAcknowledgement(operation: operation, stream: stream, levels: some, wantsAll: wantsAll)
    }

    package func write(to writer: inout WireWriter) {
        operation.write(to: &writer)
        writer.fixed(stream.rawValue)
        writer.list(levels)
        writer.flag(wantsAll)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        operation = try OperationID(from: &reader)
        guard let stream = OutputSegment.Stream(rawValue: try reader.fixed(UInt8.self, "stream")) else {
            throw WireError(.malformed, "stream")
        }
        self.stream = stream
        levels = try reader.list(Level.self, "levels")
        wantsAll = try reader.flag("wants all")
    }
}
