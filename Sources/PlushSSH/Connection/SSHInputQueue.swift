import NIOCore

/// What is on its way to a command's standard input.
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

    /// Queues a write, or fails it where nobody takes it.
    mutating func append(_ buffer: ByteBuffer, _ promise: EventLoopPromise<Void>?) {
        guard case .open = state else {
            promise?.fail(SSHFailure(.session, "no command takes input"))
            return
        }
        writes.append((buffer, promise))
        bytes += buffer.readableBytes
        isFull = isFull || bytes > SSHLimits.inputQueueHighBytes
    }

    /// What to do next.
    var head: Head {
        if let first = writes.first { return .bytes(first.0) }
        if case .ending = state { return .end }
        return .nothing
    }

    /// So many bytes of the head have been taken.
    mutating func taken(_ count: Int) {
        guard !writes.isEmpty else { return }
        bytes -= count
        isFull = isFull && bytes > SSHLimits.inputQueueLowBytes
        let index = writes.startIndex
        writes[index].0.moveReaderIndex(forwardBy: count)
        if writes[index].0.readableBytes == 0 {
            writes.removeFirst().1?.succeed()
        }
    }

    /// The end has been told.
    mutating func endTaken() {
        state = .ended
    }

    /// Nobody takes input any more: what is left fails.
    mutating func close(_ failure: SSHFailure) {
        state = .closed
        bytes = 0
        isFull = false
        let left = writes
        writes.removeAll()
        for write in left {
            write.1?.fail(failure)
        }
    }
}
