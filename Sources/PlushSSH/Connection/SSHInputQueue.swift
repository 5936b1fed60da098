import NIOCore

/// What is on its way to a command's standard input. Promises are handed back, to be completed by whoever owns the queue
/// once it may be changed again: what waits for them may write at once.
struct SSHInputQueue {
    /// What is to be done next.
    enum Head {
        /// Nothing to do.
        case nothing
        /// These bytes are to be written.
        case bytes(ByteBuffer)
        /// The end is to be told.
        case end
    }

    private enum State {
        /// No command takes input.
        case closed
        /// A command takes it.
        case open
        /// The end comes after what is queued.
        case ending
        /// The end has been told.
        case ended
    }

    private var state = State.closed
    private var writes: CircularBuffer<(ByteBuffer, EventLoopPromise<Void>?)> = []
    private var bytes = 0
    /// Too much is queued; stays so until most of it is gone.
    private(set) var isFull = false

    /// A command takes input from now on.
    mutating func open() {
        state = .open
    }

    /// No more input comes.
    mutating func end() {
        if case .open = state {
            state = .ending
        }
    }

    /// Queues a write; returns false where nobody takes it.
    mutating func append(_ buffer: ByteBuffer, _ promise: EventLoopPromise<Void>?) -> Bool {
        guard case .open = state else { return false }
        writes.append((buffer, promise))
        bytes += buffer.readableBytes
        isFull = isFull || bytes > SSHLimits.inputQueueHighBytes
        return true
    }

    /// What to do next.
    var head: Head {
        if let first = writes.first { return .bytes(first.0) }
        if case .ending = state { return .end }
        return .nothing
    }

    /// So many bytes of the head have been taken; returns the promise of a write that is done.
    mutating func taken(_ count: Int) -> EventLoopPromise<Void>? {
        guard !writes.isEmpty else { return nil }
        bytes -= count
        isFull = isFull && bytes > SSHLimits.inputQueueLowBytes
        let index = writes.startIndex
        writes[index].0.moveReaderIndex(forwardBy: count)
        return writes[index].0.readableBytes == 0 ? writes.removeFirst().1 : nil
    }

    /// The end has been told.
    mutating func endTaken() {
        state = .ended
    }

    /// Nobody takes input any more; returns the promises of what is left.
    mutating func close() -> [EventLoopPromise<Void>] {
        let left = writes.compactMap(\.1)
        state = .closed
        bytes = 0
        isFull = false
        writes.removeAll()
        return left
    }
}
