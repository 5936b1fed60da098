import Synchronization

/// The stream of a controller's events, for one consumer.
///
/// Asking for the next event says that the last one has been dealt with. That is what gives output its credit: while
/// nobody asks, at most a window per link of the root is held here, and the commands that print wait (rule 10).
public struct ControllerEvents: AsyncSequence, Sendable {
    /// One event at a time.
    public typealias Element = ControllerEvent

    /// An event that is made when it is asked for, and what to call once it has been dealt with. Output waits here as it
    /// came, compressed: that is what its credit counts, and `yes` unpacks to 250 times as much.
    package struct Item: Sendable {
        let make: @Sendable () -> ControllerEvent
        let acknowledge: (@Sendable () -> Void)?
    }

    private let stream: AsyncStream<Item>
    private let continuation: AsyncStream<Item>.Continuation
    private let sink: (@Sendable (Item) -> Void)?

    package init() {
        self.init(sink: nil)
    }

    /// Events that are handed on where they happen, on whatever thread that is, and not kept for a reader: whoever takes
    /// them acknowledges them.
    package init(sink: (@Sendable (Item) -> Void)?) {
        self.sink = sink
        (stream, continuation) = AsyncStream.makeStream(of: Item.self, bufferingPolicy: .unbounded)
    }

    package func send(_ event: ControllerEvent, acknowledge: (@Sendable () -> Void)? = nil) {
        send(Item(make: { event }, acknowledge: acknowledge))
    }

    package func send(_ item: Item) {
        if let sink { return sink(item) }
        if case .terminated = continuation.yield(item) { item.acknowledge?() }
    }

    package func finish() {
        continuation.finish()
    }

    /// Walks the events; each is acknowledged when the next is asked for.
    public struct Iterator: AsyncIteratorProtocol {
        private var base: AsyncStream<Item>.Iterator
        private var last: Item?

        fileprivate init(_ base: AsyncStream<Item>.Iterator) {
            self.base = base
        }

        /// The next event; nil once the run is over.
        public mutating func next() async -> ControllerEvent? {
            last?.acknowledge?()
            last = await base.next()
            return last?.make()
        }
    }

    /// An iterator; there must be only one.
    public func makeAsyncIterator() -> Iterator {
        Iterator(stream.makeAsyncIterator())
    }
}
