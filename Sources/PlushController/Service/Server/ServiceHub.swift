import Foundation
import Glibc
import NIOCore
import PlushTree
import PlushWire

/// What the clients of one overlay share: the overlay, its operations, and what is known of its hosts. Lives on the
/// event loop of the service, which is not that of the tree: disks and slow clients are kept away from it.
final class ServiceHub {
    let name: String
    let pool: HostPool
    let options: ControllerOptions
    let loop: any EventLoop
    private let begun = ContinuousClock.now
    private var overlay: LiveOverlay?
    private(set) var picture = OverlayPicture()
    private var operations: [OverlayOperation] = []
    private var lastNumber: UInt32 = 0
    private(set) var isEnding = false
    /// Called by a client that wants the overlay to end.
    var endIsAsked: () -> Void = {}
    private var farewells: [() -> EventLoopFuture<Void>] = []
    private var connections: [ObjectIdentifier: ServiceConnection] = [:]

    init(_ name: String, pool: HostPool, options: ControllerOptions, on loop: any EventLoop) {
        self.name = name
        self.pool = pool
        self.options = options
        self.loop = loop
    }

    /// The overlay stands.
    func stand(on overlay: LiveOverlay) throws(ControllerError) {
        guard mkdir(operationsPath(overlay), 0o700) == 0 else {
            throw ControllerError(.tree, "cannot make \(operationsPath(overlay)): \(errorText())")
        }
        self.overlay = overlay
    }

    /// Below the overlay's directory, which the janitor removes whatever happens to this process.
    private func operationsPath(_ overlay: LiveOverlay) -> String { "\(overlay.path)/operations" }

    // MARK: - What is known

    func note(_ event: ControllerEvent) {
        picture.note(event)
        guard case .lost(let ranks, let relay, let path, let cause) = event else { return }
        for operation in operations where !operation.hasEnded {
            let concerned = ranks.intersection(operation.targets)
            guard !concerned.isEmpty else { continue }
            operation.tell(.lost(concerned, relay: relay, path: path, cause: cause))
        }
    }

    var description: OverlayDescription {
        OverlayDescription(
            name: name, hostCount: pool.count, joinedCount: picture.joined.count, shape: "\(options.shape)",
            process: getpid(), build: Controller.version,
            seconds: Int((ContinuousClock.now - begun).milliseconds / 1_000), runningCount: running.count)
    }

    func status() -> EventLoopFuture<OverlayStatus> {
        let known = OverlayStatus(
            overlay: description, joined: picture.joined, lost: picture.lost, unreachable: picture.unreachable,
            depths: picture.depths, relays: picture.relays, fanout: picture.fanout, builds: [],
            residentBytes: Self.residentBytes(), messages: 0, messageBytes: 0)
        guard let overlay else { return loop.makeSucceededFuture(known) }
        return loop.makeFutureWithTask {
            var status = known
            let (traffic, builds) = try await (overlay.traffic(), overlay.builds())
            for direction in [traffic.sent, traffic.received] {
                status.messages += direction.messages + direction.upkeep
                status.messageBytes += direction.bytes + direction.upkeepBytes
            }
            status.builds = builds.compactMap { build, ranks in
                let present = ranks.intersection(known.joined)
                return present.isEmpty ? nil : OverlayStatus.Share(value: build, ranks: present)
            }
            .sorted { $0.value < $1.value }
            return status
        }
    }

    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(getpagesize())
    }

    // MARK: - Operations

    private var running: [OverlayOperation] { operations.filter { !$0.hasEnded } }
    var jobs: [OverlayJob] { operations.map(\.job) }

    func operation(_ number: UInt32) throws(ControllerError) -> OverlayOperation {
        if let known = operations.first(where: { $0.number == number }) { return known }
        guard number == 0 || number > lastNumber else {
            throw ControllerError(
                .usage, "operation \(number) ended long ago: its output is not kept any more",
                remedy: "plush jobs --on \(name) lists those that are")
        }
        throw ControllerError(
            .usage, "overlay \(name) has no operation \(number)", remedy: "plush jobs --on \(name) lists them")
    }

    /// A new operation, which does not run yet.
    func accept(_ request: ExecRequest) throws(ControllerError) -> OverlayOperation {
        guard let overlay, !isEnding else {
            throw ControllerError(.tree, "overlay \(name) is being taken down")
        }
        guard request.targets.isSubset(of: RankSet(count: pool.count)) else {
            throw ControllerError(.usage, "overlay \(name) has no such hosts")
        }
        guard running.count < ServiceLimits.runningMax else {
            throw ControllerError(
                .usage, "\(ServiceLimits.runningMax) operations run on overlay \(name), and no more can",
                remedy: "wait for one, or end one with plush kill")
        }
        do {
            let operation = try OverlayOperation(
                lastNumber + 1, request, directory: operationsPath(overlay), on: loop)
            lastNumber += 1
            operations.append(operation)
            return operation
        } catch {
            throw error as? ControllerError ?? ControllerError(.tree, "\(error)")
        }
    }

    /// The hosts on which an operation has not ended.
    func missing(_ operation: OverlayOperation) -> EventLoopFuture<RankSet> {
        let targets = operation.targets
        guard let overlay, let group = operation.group else {
            return loop.makeSucceededFuture(operation.hasEnded ? RankSet() : targets)
        }
        return loop.makeFutureWithTask { try await overlay.open(group) }
    }

    /// A place for the input of a command that was accepted.
    func inputFile() throws -> StagingFile {
        guard let overlay else { throw ControllerError(.tree, "overlay \(name) is being taken down") }
        return try StagingFile(in: operationsPath(overlay), prefix: "input")
    }

    /// Lets an operation begin. `input`: read to its end, and closed.
    func start(_ operation: OverlayOperation, _ request: ExecRequest, input: Int32?) {
        guard let overlay else { return }
        let bound = NIOLoopBound(operation, eventLoop: loop)
        let (hub, loop) = (NIOLoopBound(self, eventLoop: loop), loop)
        let events = ControllerEvents { item in loop.execute { bound.value.take(item) } }
        let group = WorkGroup(events)
        let standing = StandingOverlay(overlay: overlay, pool: pool, targets: request.targets, group: group)
        let controller = Controller(options(for: request, input: input), on: standing)
        for fault in picture.unreachable {
            let concerned = fault.ranks.intersection(request.targets)
            guard !concerned.isEmpty else { continue }
            operation.tell(.unreachable(concerned, cause: fault.cause, remedy: fault.remedy))
        }
        operation.run(group) { controller.interrupt() }
        Task {
            let result: Result<Summary, ControllerError>
            do {
                result = .success(try await controller.exec(request.words))
            } catch {
                result = .failure(error as? ControllerError ?? ControllerError(.tree, "\(error)"))
            }
            if let input { close(input) }
            loop.execute {
                bound.value.finish(result)
                hub.value.prune()
            }
        }
    }

    private func options(for request: ExecRequest, input: Int32?) -> ControllerOptions {
        var own = options
        own.foldsOutput = request.foldsOutput
        own.commandMilliseconds = request.commandMilliseconds
        own.deadlineMilliseconds = request.deadlineMilliseconds
        own.graceMilliseconds = request.graceMilliseconds
        own.commandsMax = Int(request.commandsMax)
        own.progressMilliseconds = request.progressMilliseconds
        own.inputDescriptor = input
        return own
    }

    /// Gives up the oldest of what has ended, where there is too much.
    private func prune() {
        var ended = operations.filter(\.hasEnded)
        var bytes = ended.reduce(0) { $0 + $1.spool.keptBytes }
        while ended.count > ServiceLimits.endedMax || bytes > ServiceLimits.endedBytesMax,
            let oldest = ended.first(where: { !$0.isFollowed }), ended.count > 1
        {
            bytes -= oldest.spool.keptBytes
            ended.removeAll { $0 === oldest }
            operations.removeAll { $0 === oldest }
        }
    }

    // MARK: - Clients

    /// False where there are too many.
    func admit(_ connection: ServiceConnection) -> Bool {
        guard connections.count < ServiceLimits.connectionsMax else { return false }
        connections[ObjectIdentifier(connection)] = connection
        return true
    }

    func left(_ connection: ServiceConnection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    /// A client asks for the end; `answer` is called when nothing is left.
    func end(_ answer: @escaping () -> EventLoopFuture<Void>) {
        farewells.append(answer)
        endIsAsked()
    }

    // MARK: - The end

    /// Nothing new begins; the future is done when all operations have ended.
    func stopOperations() -> EventLoopFuture<Void> {
        isEnding = true
        let futures = running.map { operation in
            let promise = loop.makePromise(of: Void.self)
            operation.whenEnded { _ in promise.succeed() }
            operation.interrupt()
            return promise.futureResult
        }
        return EventLoopFuture.andAllSucceed(futures, on: loop)
    }

    /// Nothing is left: those who asked are told, all connections are closed.
    func sayFarewell() -> EventLoopFuture<Void> {
        let told = farewells.map { $0() }
        farewells = []
        return EventLoopFuture.andAllComplete(told, on: loop).assumeIsolated().map { [self] in
            for connection in connections.values { connection.close() }
            operations = []
        }.nonisolated()
    }
}
