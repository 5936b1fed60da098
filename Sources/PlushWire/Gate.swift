import PlushTree

/// What a command waits for before it is started: its host goes through a barrier.
package struct Gate: WireValue {
    package let barrier: BarrierKey
    package let generation: UInt64
    /// Operations that must have ended well on this host before it enters; one that ended otherwise means that this
    /// command does not run here. None: it enters at once.
    package let after: [OperationID]

    package init(barrier: BarrierKey, generation: UInt64 = 1, after: [OperationID]) {
        self.barrier = barrier
        self.generation = generation
        self.after = after
    }

    package func write(to writer: inout WireWriter) {
        barrier.write(to: &writer)
        writer.varint(generation)
        writer.list(after)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        barrier = try BarrierKey(from: &reader)
        generation = try reader.varint("gate generation")
        after = try reader.list(OperationID.self, "gate operations")
    }
}

/// What applications say through their sockets, merged on the way up: `value -> ranks`.
package struct ApplicationReport: WireValue {
    /// Ranks whose application said this.
    package struct Word: WireValue {
        /// How far it has come, in thousandths; nil where it says something else.
        package let progress: UInt32?
        /// A text of its own.
        package let text: String
        package var ranks: RankSet

        package init(progress: UInt32?, text: String, ranks: RankSet) {
            self.progress = progress
            self.text = text
            self.ranks = ranks
        }

        package func write(to writer: inout WireWriter) {
            writer.flag(progress != nil)
            if let progress { writer.varint(progress) }
            writer.detail(text)
            ranks.write(to: &writer)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            progress = try reader.flag("progress") ? try reader.varint32("progress") : nil
            guard progress ?? 0 <= 1_000 else { throw WireError(.malformed, "progress") }
            text = try reader.text(max: WireLimits.detailBytesMax, "application text")
            ranks = try RankSet(from: &reader)
        }
    }

    package let operation: OperationID
    package let words: [Word]

    package init(operation: OperationID, words: [Word]) {
        self.operation = operation
        self.words = words
    }

    package func write(to writer: inout WireWriter) {
        operation.write(to: &writer)
        writer.list(words)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        operation = try OperationID(from: &reader)
        words = try reader.list(Word.self, "application words")
    }
}
