import PlushTree
import PlushWire

/// What the root has of one operation's output (rules 5 and 6): every rank's segments once and in order, whatever way
/// and how often they came.
package struct OutputLedger: Sendable {
    private var streams: [OutputSegment.Stream: RankLevels] = [:]
    /// Taken since the last acknowledgement; a merged segment counts once, because each of its ranks holds one copy.
    private var unacknowledgedBytes: UInt64 = 0

    package init() {}

    /// The ranks for which a segment is the next one.
    package mutating func take(_ segment: OutputSegment) -> RankSet {
        let levels = streams[segment.stream] ?? RankLevels()
        let fresh = levels.standing(at: segment.number, among: segment.ranks)
        guard !fresh.isEmpty else { return fresh }
        streams[segment.stream, default: RankLevels()].raise(fresh, from: segment.number)
        unacknowledgedBytes += segment.creditBytes
        return fresh
    }

    /// Whether it is time to say how far the root is: producers wait once they hold what they may.
    package var isAcknowledgementDue: Bool {
        unacknowledgedBytes >= ProtocolLimits.acknowledgeBytes
    }

    /// How far the root is with each of some ranks.
    package mutating func acknowledgement(
        of operation: OperationID, _ stream: OutputSegment.Stream, among ranks: RankSet, wantsAll: Bool
    ) -> OutputAcknowledgement? {
        let values = (streams[stream] ?? RankLevels()).values(among: ranks)
        // Nothing to free at the beginning.
        let told = wantsAll ? values : values.filter { $0.level > 0 }
        guard !told.isEmpty else { return nil }
        return OutputAcknowledgement(
            operation: operation, stream: stream,
            levels: told.map { OutputAcknowledgement.Level(count: $0.level, ranks: $0.ranks) }, wantsAll: wantsAll)
    }

    package mutating func acknowledged() {
        unacknowledgedBytes = 0
    }
}
