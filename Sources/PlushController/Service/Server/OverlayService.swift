import Glibc
import NIOCore
import NIOPosix
import PlushTree
import Synchronization

/// An overlay that stays up, and the socket on which clients use it. See <doc:OverlayService>.
///
/// ``events`` has to be read all the time, as with ``Controller``; output of commands is not among them.
public final class OverlayService: Sendable {
    private struct State {
        var overlay: LiveOverlay?
        var isStopped = false
        var cancelTask: (@Sendable () -> Void)?
        var listener: (any Channel)?
    }

    /// The overlay's name.
    public let name: String
    /// What happens to the tree, for one reader.
    public let events = ControllerEvents()
    private let options: ControllerOptions
    private let pool: HostPool
    private let claim: OverlayClaim
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let hub: NIOLoopBoundBox<ServiceHub>
    private let end: AsyncStream<Void>
    private let askForEnd: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    private let loop: any EventLoop

    /// Takes the name; nil: `main`. Throws ``ControllerError`` when it is taken, or when no hosts were given.
    public init(_ name: String?, options: ControllerOptions, places: OverlayPlaces = OverlayPlaces()) throws {
        guard let pool = options.pool, pool.count > 0 else {
            throw ControllerError(.usage, "no hosts were given", remedy: "name them with -w, or use --local N")
        }
        let name = name ?? OverlayName.standard
        claim = try OverlayClaim(name, in: places)
        self.name = name
        self.options = options
        self.pool = pool
        (end, askForEnd) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        loop = group.next()
        let hub = ServiceHub(name, pool: pool, options: options, on: loop)
        hub.endIsAsked = { [askForEnd] in askForEnd.yield() }
        self.hub = .makeBoxSendingValue(hub, eventLoop: loop)
    }

    // MARK: - Its beginning

    /// Builds the tree and opens the socket. Returns what stands then, which may be nothing; nil when it was stopped
    /// before. Whatever comes of it, ``dismantle()`` has to follow in the end.
    ///
    /// The last that ``events`` tells of it is the phase `execution`.
    public func raise() async throws -> OverlayStatus? {
        defer { events.send(.phase(.execution, detail: "")) }
        events.send(.phase(.launch, detail: ""))
        guard let overlay = try await makeOverlay() else { return nil }
        let isStopped = state.withLock { state in
            state.overlay = overlay
            return state.isStopped
        }
        if isStopped { return nil }
        try await overlay.launch(RankSet(count: pool.count))
        // What joined is known on the loop of the service a moment later.
        try await loop.submit { [hub] in try hub.value.stand(on: overlay) }.get()
        if state.withLock(\.isStopped) { return nil }
        try await listen()
        return try await loop.flatSubmit { [hub] in hub.value.status() }.get()
    }

    private func makeOverlay() async throws -> LiveOverlay? {
        let (hub, loop, events) = (hub, loop, events)
        let taken = ControllerEvents { item in
            let event = item.make()
            events.send(event)
            loop.execute { hub.value.note(event) }
            item.acknowledge?()
        }
        let (pool, options) = (pool, options)
        // Keys may be asked for on the way, which can take any time.
        let task = Task { try await LiveOverlay(pool: pool, options: options, events: taken) }
        state.withLock { $0.cancelTask = { task.cancel() } }
        if state.withLock(\.isStopped) { task.cancel() }
        defer { state.withLock { $0.cancelTask = nil } }
        do {
            return try await task.value
        } catch is CancellationError {
            return nil
        }
    }

    private func listen() async throws {
        let descriptor = try UnixSocket.listen(claim.places.socket(name))
        let hub = hub
        let channel = try await ServerBootstrap(group: loop)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 256 << 10, high: 1 << 20))
            .childChannelInitializer { channel in
                UnixSocket.user(of: channel).flatMapThrowing { user in
                    // The directory keeps others out already; this is the second lock.
                    guard user == getuid() else { throw ControllerError(.usage, "a client of another user") }
                    try channel.pipeline.syncOperations.addHandler(ServiceConnection(hub.value))
                }
            }
            .withBoundSocket(descriptor).get()
        state.withLock { $0.listener = channel }
    }

    // MARK: - Its end

    /// Stops the launch, or asks for the end of the overlay: ``untilEnd()`` returns.
    public func interrupt() {
        let (overlay, cancelTask) = state.withLock { state in
            state.isStopped = true
            return (state.listener == nil ? state.overlay : nil, state.cancelTask)
        }
        cancelTask?()
        overlay?.cancel(graceMilliseconds: Int64(options.graceMilliseconds))
        askForEnd.yield()
    }

    /// Returns when somebody asks for the end.
    public func untilEnd() async {
        for await _ in end { break }
    }

    /// Stops operations, takes the tree down, removes everything, and tells those who asked for it. ``events`` ends.
    public func dismantle() async {
        events.send(.phase(.shutdown, detail: ""))
        try? await loop.flatSubmit { [hub] in hub.value.stopOperations() }.get()
        let (overlay, listener) = state.withLock { ($0.overlay, $0.listener) }
        if let overlay {
            do {
                let isGone = try await overlay.end()
                if !isGone {
                    events.send(.warning("\(overlay.path) could not be removed yet: its janitor goes on trying"))
                }
            } catch {
                events.send(.warning("the tree did not end well: \(error)"))
            }
        }
        try? await listener?.close()
        claim.release()
        try? await loop.flatSubmit { [hub] in hub.value.sayFarewell() }.get()
        try? await group.shutdownGracefully()
        events.finish()
    }
}
