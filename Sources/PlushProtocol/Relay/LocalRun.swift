import PlushTree
import PlushWire

/// One operation as it runs on this very host: a command, or the collection of files.
struct LocalRun: Sendable {
    /// Why a command was stopped before it ended by itself.
    enum Stop: Hashable, Sendable {
        case timedOut
        case cancelled
    }

    private enum State: Sendable {
        case starting
        case running
        case exited(ProcessExit)
        case ended
    }

    let operation: OperationID
    let timeoutMilliseconds: UInt64
    let graceMilliseconds: UInt64
    private var state = State.starting
    private(set) var stop: Stop?
    /// Streams that have not been read to the end.
    private(set) var openStreams: [OutputSegment.Stream]
    var cutters: [OutputSegment.Stream: SegmentCutter]
    /// Segments that the root is not known to have (rule 5): above a limit of bytes the pipe is not read.
    private var kept: [OutputSegment.Stream: KeptOutput] = [:]
    private var paused: Set<OutputSegment.Stream> = []

    init(_ operation: OperationID, _ task: RunTask, rank: Rank) {
        self.operation = operation
        timeoutMilliseconds = task.timeoutMilliseconds
        graceMilliseconds = UInt64(task.graceMilliseconds)
        openStreams = task.output == .discard ? [] : [.standardOutput, .standardError]
        cutters = [:]
        for stream in openStreams {
            cutters[stream] = SegmentCutter(
                operation: operation, stream: stream, rank: rank, cutsLines: task.output == .stream)
        }
    }

    /// The collection of files: one stream, no process.
    init(collecting operation: OperationID, rank: Rank) {
        self.operation = operation
        timeoutMilliseconds = 0
        graceMilliseconds = 0
        openStreams = [.collection]
        cutters = [
            .collection: SegmentCutter(operation: operation, stream: .collection, rank: rank, cutsLines: false)
        ]
        state = .running
    }

    var isRunning: Bool {
        switch state {
        case .starting, .running: return true
        case .exited, .ended: return false
        }
    }

    mutating func started() {
        if case .starting = state { state = .running }
    }

    mutating func exited(_ exit: ProcessExit) {
        if isRunning { state = .exited(exit) }
    }

    mutating func ended() {
        state = .ended
    }

    /// Returns whether this is the first reason to stop.
    mutating func stop(because reason: Stop) -> Bool {
        guard isRunning, stop == nil else { return false }
        stop = reason
        return true
    }

    mutating func close(_ stream: OutputSegment.Stream) {
        openStreams.removeAll { $0 == stream }
    }

    /// The outcome, once the command has ended and its output has been read to the end.
    var outcome: Outcome? {
        guard case .exited(let exit) = state, openStreams.isEmpty else { return nil }
        if stop == .timedOut { return Outcome(.timedOut) }
        let code: Int32
        switch exit {
        case .exited(let status): code = status
        case .signalled(let signal): code = -signal
        }
        if stop == .cancelled { return .cancelled(code: code) }
        return code == 0 ? .ok : Outcome(.failed, code: code)
    }

    /// The streams that have segments.
    var streamsWithOutput: OutputSegment.Streams {
        OutputSegment.Stream.allCases.reduce(into: []) { set, stream in
            if cutters[stream]?.hasOutput == true { set.insert(OutputSegment.Streams(stream)) }
        }
    }

    /// Keeps a segment until the root has it; true when the stream must now be paused.
    mutating func keep(_ segment: OutputSegment, bytesMax: Int) -> Bool {
        let stream = segment.stream
        kept[stream, default: KeptOutput()].add(segment)
        guard kept[stream, default: KeptOutput()].bytes > bytesMax, !paused.contains(stream) else { return false }
        paused.insert(stream)
        return true
    }

    /// The root has a stream's segments below `count`; true when the stream may now be resumed.
    mutating func acknowledge(_ count: UInt32, of stream: OutputSegment.Stream, bytesMax: Int) -> Bool {
        kept[stream]?.free(below: count)
        guard (kept[stream]?.bytes ?? 0) <= bytesMax / 4 * 3, paused.contains(stream) else { return false }
        paused.remove(stream)
        return true
    }

    /// What the root is not known to have of a stream.
    func unacknowledged(_ stream: OutputSegment.Stream) -> [OutputSegment] {
        kept[stream]?.segments ?? []
    }

    /// Whether a stream's pipe is not being read, because too much of it waits here.
    func isPaused(_ stream: OutputSegment.Stream) -> Bool {
        paused.contains(stream)
    }
}

/// A transfer as this node sees it: its own copy, and what it passes on.
struct LocalTransfer: Sendable {
    let task: FilesTask
    let isTarget: Bool
    var fanout: ChunkFanout
    /// Chunks that have arrived and are being stored, with their links; bounded by the window.
    var arriving: [(chunk: FileChunk, link: LinkID)] = []
    var nextArrival: UInt32 = 0
    /// Why this rank's own copy has failed; what is for others is passed on all the same.
    var failure: String?

    init(_ operation: OperationID, _ task: FilesTask, isTarget: Bool) {
        self.task = task
        self.isTarget = isTarget
        fanout = ChunkFanout(operation: operation, count: UInt32(task.chunkCount))
    }
}
