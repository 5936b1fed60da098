import PlushProtocol
import PlushRuntime
import PlushTree
import PlushWire

/// An overlay of agents on this machine that stays up for several operations: what `plush-bench` measures.
package final class BenchOverlay: Sendable {
    /// Messages and their bytes before sealing, at the root.
    package struct Traffic: Sendable {
        /// Operations, results, output, tree changes.
        package var messages = 0
        package var bytes = 0
        /// Heartbeats, beacons, credit.
        package var upkeepMessages = 0
        package var upkeepBytes = 0

        package init() {}

        package static func - (left: Traffic, right: Traffic) -> Traffic {
            var difference = left
            difference.messages -= right.messages
            difference.bytes -= right.bytes
            difference.upkeepMessages -= right.upkeepMessages
            difference.upkeepBytes -= right.upkeepBytes
            return difference
        }
    }

    let overlay: LiveOverlay
    let targets: RankSet
    private let reader: Task<Void, Never>
    private let events: ControllerEvents

    /// Prepares an overlay of `hosts` agents; none is started before ``join()``. `heartbeatMilliseconds`: nil for the
    /// default.
    package init(hosts: Int, shape: TreeShape, heartbeatMilliseconds: UInt64? = nil) async throws {
        var options = ControllerOptions()
        if let heartbeatMilliseconds { options.heartbeatMilliseconds = heartbeatMilliseconds }
        options.shape = shape
        options.localHosts = hosts
        options.progressMilliseconds = 0
        // A starved machine is what is measured here: nobody is given up.
        options.connectMilliseconds = 300_000
        let events = ControllerEvents()
        self.events = events
        reader = Task { for await _ in events {} }
        targets = RankSet(count: hosts)
        overlay = try await LiveOverlay(pool: .local(count: hosts), options: options, events: events)
    }

    /// Starts the agents; returns how many have joined once each has, or is given up.
    package func join() async throws -> Int {
        try await overlay.launch(targets)
        return try await overlay.joined().count
    }

    /// Runs a command on all, its output folded; returns on how many it ended with 0.
    package func run(_ arguments: [String]) async throws -> Int {
        let task = RunTask(
            application: "", arguments: arguments, environment: [], workingDirectory: "", timeoutMilliseconds: 0,
            graceMilliseconds: 2_000, output: .fold)
        return try await perform(.run(task))
    }

    /// A round trip without an effect; returns how many answered.
    package func probe() async throws -> Int {
        try await perform(.probe)
    }

    private func perform(_ task: OperationTask) async throws -> Int {
        let request = ControllerNode.Request(targets: targets, task: task, reportIntervalMilliseconds: 0)
        let results = try await overlay.perform([Work(name: "bench", phase: .execution, request: request)])
        return results.flatMap(\.buckets).filter { $0.outcome.kind == .ok }.reduce(0) { $0 + $1.ranks.count }
    }

    /// What the root has sent and received since the overlay began.
    package func traffic() async throws -> (sent: Traffic, received: Traffic) {
        let traffic = try await overlay.traffic()
        return (Traffic(traffic.sent), Traffic(traffic.received))
    }

    /// The processes of the agents; the parent process of each is its guardian.
    package func agentProcesses() async throws -> [Int32] {
        try await overlay.processes(targets).map(\.process)
    }

    /// How many agents hang on the root itself.
    package func rootChildren() async throws -> Int {
        try await overlay.processes(targets).filter { $0.parent == .controller }.count
    }

    /// Agents leave and are waited for, the run's directory goes.
    package func end() async throws {
        _ = try await overlay.end()
        events.finish()
        await reader.value
    }
}

extension BenchOverlay.Traffic {
    fileprivate init(_ direction: LinkTraffic.Direction) {
        messages = direction.messages
        bytes = direction.bytes
        upkeepMessages = direction.upkeep
        upkeepBytes = direction.upkeepBytes
    }
}
