import PlushTree
import PlushWire

/// An operation of an overlay, as lists show it.
public struct OverlayJob: Sendable {
    /// How far it has come.
    public enum State: UInt8, Sendable, CaseIterable {
        /// Its input is on the way.
        case waiting = 0
        /// It runs.
        case running = 1
        /// It has ended.
        case ended = 2
        /// It could not be done at all.
        case failed = 3
    }

    /// Its number: from 1, unlike that of any other of the overlay.
    public var number: UInt32
    /// The command, cut where it is long.
    public var command: String
    /// How far it has come.
    public var state: State
    /// The hosts that it is for.
    public var targets: RankSet
    /// Hosts on which it has begun.
    public var startedCount: Int
    /// Hosts on which it has ended.
    public var endedCount: Int
    /// Seconds since it was asked for.
    public var seconds: Int
    /// What is kept of its output, in bytes.
    public var keptBytes: Int
    /// Output, in bytes, that was given up because of the limit.
    public var droppedBytes: Int
    /// Its account, once it has ended.
    public var summary: Summary?

    /// Whether it has not ended.
    public var isOpen: Bool { state == .waiting || state == .running }
}

extension OverlayJob {
    func write(to writer: inout WireWriter) {
        writer.varint(number)
        writer.words(command, max: ServiceLimits.commandBytesMax)
        writer.fixed(state.rawValue)
        targets.write(to: &writer)
        for count in [startedCount, endedCount, seconds, keptBytes, droppedBytes] { writer.count(count) }
        writer.flag(summary != nil)
        summary?.write(to: &writer)
    }

    init(from reader: inout WireReader) throws(WireError) {
        number = try reader.varint32("operation")
        command = try reader.text(max: ServiceLimits.commandBytesMax, "command")
        guard let state = State(rawValue: try reader.fixed(UInt8.self, "state")) else {
            throw WireError(.malformed, "state")
        }
        self.state = state
        targets = try RankSet(from: &reader)
        startedCount = try reader.number("started")
        endedCount = try reader.number("ended")
        seconds = try reader.number("time")
        keptBytes = try reader.number("kept")
        droppedBytes = try reader.number("dropped")
        summary = try reader.flag("summary") ? try Summary(from: &reader) : nil
    }
}
