import NIOCore
import PlushTree
import PlushWire

/// Cuts one stream of one command into segments, once (rule 6). Streaming cuts after the last whole line that is
/// there; folding cuts only when a segment is full, so that equal output is cut equally everywhere.
package struct SegmentCutter: Sendable {
    private let operation: OperationID
    private let stream: OutputSegment.Stream
    private let rank: Rank
    private let cutsLines: Bool
    private var pending = ByteBuffer()
    private var number: UInt32 = 0

    package init(operation: OperationID, stream: OutputSegment.Stream, rank: Rank, cutsLines: Bool) {
        self.operation = operation
        self.stream = stream
        self.rank = rank
        self.cutsLines = cutsLines
    }

    /// Whether the stream carried anything, or will.
    package var hasOutput: Bool {
        number > 0 || pending.readableBytes > 0
    }

    package mutating func add(_ bytes: ByteBuffer, tools: ContentTools) -> [OutputSegment] {
        pending.writeImmutableBuffer(bytes)
        var segments: [OutputSegment] = []
        while pending.readableBytes >= ProtocolLimits.segmentBytes {
            segments.append(cut(fullLength(), flags: [], tools: tools))
        }
        if cutsLines, let newline = pending.readableBytesView.lastIndex(of: UInt8(ascii: "\n")) {
            segments.append(cut(newline - pending.readerIndex + 1, flags: [], tools: tools))
        }
        if pending.readableBytes == 0 { pending = ByteBuffer() }
        return segments
    }

    /// The stream is over. A stream that never carried anything has no segments at all.
    package mutating func finish(tools: ContentTools) -> OutputSegment? {
        guard hasOutput else { return nil }
        return cut(pending.readableBytes, flags: .last, tools: tools)
    }

    /// A full segment of a line-cut stream ends after a line where it can.
    private func fullLength() -> Int {
        guard cutsLines else { return ProtocolLimits.segmentBytes }
        let view = pending.readableBytesView.prefix(ProtocolLimits.segmentBytes)
        guard let newline = view.lastIndex(of: UInt8(ascii: "\n")) else { return ProtocolLimits.segmentBytes }
        return newline - pending.readerIndex + 1
    }

    private mutating func cut(_ length: Int, flags: OutputSegment.Flags, tools: ContentTools) -> OutputSegment {
        // Bytes of its own: a slice would hold all of what it was cut from for as long as the segment is kept.
        var bytes = ByteBuffer()
        bytes.reserveCapacity(length)
        bytes.writeImmutableBuffer(pending.readSlice(length: length) ?? ByteBuffer())
        defer { number += 1 }
        return OutputSegment(
            operation: operation, stream: stream, number: number, flags: flags, tag: tools.tag(bytes),
            body: tools.pack(bytes), ranks: RankSet(rank))
    }
}
