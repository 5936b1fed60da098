import PlushTree
import PlushWire

/// An overlay that stands runs commands, which have no barriers.
extension Summary {
    func write(to writer: inout WireWriter) {
        targets.write(to: &writer)
        writer.count(buckets.count)
        for bucket in buckets {
            bucket.outcome.write(to: &writer)
            bucket.ranks.write(to: &writer)
        }
        forgiven.write(to: &writer)
        writer.flag(isInterrupted)
        truncated.write(to: &writer)
        writer.count(Int(max(0, seconds) * 1_000))
    }

    init(from reader: inout WireReader) throws(WireError) {
        targets = try RankSet(from: &reader)
        buckets = try reader.values("outcomes") { (reader) throws(WireError) in
            Bucket(outcome: try Outcome(from: &reader), ranks: try RankSet(from: &reader))
        }
        forgiven = try RankSet(from: &reader)
        isInterrupted = try reader.flag("interrupted")
        truncated = try RankSet(from: &reader)
        seconds = Double(try reader.number("time")) / 1_000
    }
}
