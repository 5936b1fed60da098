import CPlushSystem
import Glibc
import NIOCore
import PlushProtocol
import PlushRuntime
import PlushTree
import PlushWire

/// An overlay that is up: the asynchronous face of a ``ControllerHost``.
final class LiveOverlay: Sendable {
    private let place: RunPlace
    let host: NIOLoopBound<ControllerHost>
    let reporter: NIOLoopBound<EventReporter>
    /// Looks after the barriers of the configuration that runs.
    let desk: NIOLoopBoundBox<BarrierDesk?>
    /// What goes on with a limit, and whose it is.
    private let windows: NIOLoopBoundBox<[(window: CommandWindow, group: WorkGroup?)]>
    var loop: any EventLoop { place.loop }
    /// The directory of the run.
    var path: String { place.path }

    init(pool: HostPool, options: ControllerOptions, events: ControllerEvents) async throws {
        let agentPath = try AgentLocation.find(options)
        let identity = try OverlayIdentity()
        let place = try await RunPlace(
            pool, name: identity.overlay.description, agentPath: agentPath, options: options, events: events)
        self.place = place
        windows = .makeBoxSendingValue([], eventLoop: place.loop)
        desk = .makeBoxSendingValue(nil, eventLoop: place.loop)
        do {
            (host, reporter) = try await place.loop.submit {
                let (loop, plan) = (place.loop, place.plan)
                let reporter = EventReporter(events)
                let host = try ControllerHost(
                    on: loop, identity: identity, hostNames: pool.names, directory: place.path,
                    launchWindow: plan == nil ? options.launchWindow : options.ssh.launchWindow, options: options,
                    reporter: reporter
                ) { reports in
                    if let plan {
                        return SSHLauncher(
                            on: loop, plan: plan.value, launchWindow: options.ssh.launchWindow, reports: reports)
                    }
                    return LocalLauncher(
                        on: loop, directory: place.path, agentPath: agentPath, hostNames: pool.names,
                        options: options, post: reports.post)
                }
                return (NIOLoopBound(host, eventLoop: loop), NIOLoopBound(reporter, eventLoop: loop))
            }.get()
            // Over SSH a workstation behind a NAT cannot be dialled; its children come over the SSH channel.
            if place.plan == nil { try await place.loop.flatSubmit { [host] in host.value.listen() }.get() }
        } catch {
            _ = try? await place.end()
            throw error
        }
    }

    /// Launches agents, until all have joined or failed, or ``cancel(graceMilliseconds:)`` ends it. Returns all hosts of
    /// which it is known that they did not join.
    @discardableResult
    func launch(_ ranks: RankSet) async throws -> RankSet {
        try await loop.flatSubmit { [host, reporter] in
            reporter.value.launching(ranks.count)
            return host.value.launch(ranks).map {
                reporter.value.tellUnreachable()
                return reporter.value.unreachable
            }
        }.get()
    }

    /// Submits all at once, and waits until all are closed.
    func perform(_ works: [Work]) async throws -> [ControllerHost.Result] {
        let loop = loop
        return try await loop.flatSubmit { [host] in
            EventLoopFuture.whenAllSucceed(works.map { host.value.submit($0) }, on: loop)
        }.get()
    }

    /// Does one work on at most `limit` of its hosts at one time, and waits until it has ended on all.
    func perform(_ work: Work, limit: Int, holdMilliseconds: UInt64) async throws -> ControllerHost.Result {
        try await loop.flatSubmit { [host, reporter, windows, loop] in
            let window = CommandWindow(
                work, limit: limit, holdMilliseconds: holdMilliseconds, on: loop,
                report: { reporter.value.reportProgress($0, of: work) }, submit: { host.value.submit($0) })
            windows.value.append((window, work.group))
            return window.run().assumeIsolated()
                .always { _ in windows.value.removeAll { $0.window === window } }.nonisolated()
        }.get()
    }

    func joined() async throws -> RankSet {
        try await loop.submit { [host] in host.value.joined }.get()
    }

    /// Those that have joined, whether they are still there or not.
    func reached() async throws -> RankSet {
        try await loop.submit { [host] in host.value.reached }.get()
    }

    /// What the agents were built as.
    func builds() async throws -> [String: RankSet] {
        try await loop.submit { [host] in host.value.builds }.get()
    }

    func traffic() async throws -> LinkTraffic {
        try await loop.submit { [host] in host.value.traffic }.get()
    }

    /// The processes of the agents by rank, and their parents: for tests that kill them.
    func processes(_ ranks: RankSet) async throws -> [(rank: Rank, process: Int32, parent: Rank?)] {
        try await loop.submit { [host] in
            ranks.map { ($0, host.value.process(of: $0), host.value.parent(of: $0)) }
        }.get()
    }

    /// Stops what runs, and what is being launched; with a group what that has running, and nothing else. What does not
    /// stop in time is given up.
    func cancel(_ group: WorkGroup? = nil, graceMilliseconds: Int64) {
        loop.execute { [host, loop, windows, desk] in
            let stopped: [OperationID]
            if let group {
                stopped = group.stop()
                host.value.cancel(stopped)
            } else {
                host.value.stopLaunching()
                stopped = host.value.cancelAll()
                desk.value?.stop()
            }
            for entry in windows.value where group == nil || entry.group === group { entry.window.stop() }
            loop.scheduleTask(in: .milliseconds(graceMilliseconds + 3_000)) {
                host.value.abandon(stopped, Outcome(.lost, detail: "did not stop when it was told to"))
            }
        }
    }

    /// The hosts on which works of a run have not ended.
    func open(_ group: WorkGroup) async throws -> RankSet {
        try await loop.submit { [reporter] in reporter.value.open(group) }.get()
    }

    /// Nothing is told of a run any more.
    func forget(_ group: WorkGroup) {
        loop.execute { [reporter] in reporter.value.forget(group) }
    }

    /// Ends the overlay: agents leave, their processes are waited for, the run's directory goes.
    ///
    /// Returns whether that is so.
    func end() async throws -> Bool {
        _ = try await closeBarriers()
        try await loop.flatSubmit { [host] in host.value.dissolve() }.get()
        try await loop.flatSubmit { [host] in host.value.endAgents(withinMilliseconds: 3_000) }.get()
        try await loop.flatSubmit { [host] in host.value.stop() }.get()
        return try await place.end()
    }
}

/// Where things are on the controller's machine.
enum AgentLocation {
    static var temporaryDirectory: String {
        guard let pointer = getenv("TMPDIR") else { return "/tmp" }
        let value = String(cString: pointer)
        return value.hasPrefix("/") ? value : "/tmp"
    }

    /// The agent's executable: the one asked for, else the one beside this program or of its installation.
    static func find(_ options: ControllerOptions) throws -> String {
        let places = options.agentPath.map { [$0] } ?? usualPlaces()
        guard let path = places.first(where: { access($0, X_OK) == 0 }) else {
            throw ControllerError(
                .tree, "there is no agent at \(places.joined(separator: " nor at "))",
                remedy: "name the plush-agent executable with --agent")
        }
        return path
    }

    /// Beside this program, as it is built, and where an installation puts it: `PREFIX/libexec` for `PREFIX/bin`.
    private static func usualPlaces() -> [String] {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let program = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        let directory = program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "."
        return ["\(directory)/plush-agent", "\(directory)/../libexec/plush-agent"]
    }
}
