import CPlushSystem
import PlushProtocol
import PlushSpec
import PlushTree
import PlushWire
import Synchronization

/// How an operation ended on one host; see `PlushWire`.
public typealias Outcome = PlushWire.Outcome

/// Runs one command or one application on a tree of agents, and tells all about it as a stream of events.
///
/// One controller does one run. ``events`` has to be read by somebody while the run goes on: output waits for that.
///
/// ```swift
/// var options = ControllerOptions()
/// options.localHosts = 16
/// let controller = Controller(options)
/// async let summary = controller.exec(["hostname"])
/// for await event in controller.events { print(event) }
/// print(try await summary.counts)
/// ```
public final class Controller: Sendable {
    /// Why a run ends before it is through.
    private enum Stop {
        case interrupted
        case deadline
    }

    private struct State {
        var stop: Stop?
        var overlay: LiveOverlay?
        /// Ends what goes on without an overlay's help: fetching packages.
        var cancelTask: (@Sendable () -> Void)?
    }

    /// What happens, for one reader.
    public let events: ControllerEvents
    let options: ControllerOptions
    /// The overlay that stands already and that the run is one of several on; nil: it builds its own.
    let standing: StandingOverlay?
    private let state = Mutex(State())
    private let begun = ContinuousClock.now

    /// What was built.
    public static var version: String {
        String(cString: plush_build_version())
    }

    /// A controller for one run.
    public init(_ options: ControllerOptions) {
        self.options = options
        events = ControllerEvents()
        standing = nil
    }

    /// A controller for one run on an overlay that stands, and stays.
    init(_ options: ControllerOptions, on standing: StandingOverlay) {
        self.options = options
        events = standing.group.events
        self.standing = standing
        state.withLock { $0.overlay = standing.overlay }
    }

    /// Stops the run: commands are ended everywhere, clean-up goes on, agents leave. The summary says `interrupted`.
    public func interrupt() {
        stop(because: .interrupted)
    }

    private func stop(because reason: Stop) {
        let (overlay, cancelTask) = state.withLock { state in
            state.stop = state.stop ?? reason
            return (state.overlay, state.cancelTask)
        }
        cancelTask?()
        overlay?.cancel(standing?.group, graceMilliseconds: Int64(options.graceMilliseconds))
    }

    /// Whether nothing new may begin.
    var isStopped: Bool {
        state.withLock { $0.stop != nil }
    }

    private var isInterrupted: Bool {
        state.withLock { $0.stop == .interrupted }
    }

    private var isPastDeadline: Bool {
        state.withLock { $0.stop == .deadline }
    }

    /// The outcome of hosts that were not reached before the run was stopped.
    var unreached: Outcome {
        if isPastDeadline { return Outcome(.timedOut, detail: "the deadline passed") }
        return Outcome(.notStarted, detail: isInterrupted ? "interrupted" : "")
    }

    /// Does works on an overlay, all at once, and tells how they ended.
    func perform(_ works: [Work], on overlay: LiveOverlay) async throws -> [ControllerHost.Result] {
        let results = try await overlay.perform(works.map(owned)).map { result in
            ControllerHost.Result(buckets: judged(result.buckets), truncated: result.truncated)
        }
        for (work, result) in zip(works, results) { tell(work, result) }
        return results
    }

    /// Waits for operations, and tells how each ended when it has, in their order.
    func finish(_ works: [PendingWork]) async throws -> [ControllerHost.Result] {
        var results: [ControllerHost.Result] = []
        for pending in works {
            let result = try await pending.result.get()
            let judged = ControllerHost.Result(buckets: judged(result.buckets), truncated: result.truncated)
            if !pending.work.isSilent { tell(pending.work, judged) }
            results.append(judged)
        }
        return results
    }

    /// Does one work on at most `limit` of its hosts at one time, and tells how it ended.
    func perform(_ work: Work, limit: Int, on overlay: LiveOverlay) async throws -> ControllerHost.Result {
        let hold = options.leaseMilliseconds + UInt64(options.graceMilliseconds)
        let result = try await overlay.perform(owned(work), limit: limit, holdMilliseconds: hold)
        let judged = ControllerHost.Result(buckets: judged(result.buckets), truncated: result.truncated)
        tell(work, judged)
        return judged
    }

    private func owned(_ work: Work) -> Work {
        var work = work
        work.group = standing?.group
        return work
    }

    private func tell(_ work: Work, _ result: ControllerHost.Result) {
        let byOutcome = Dictionary(grouping: result.buckets, by: \.outcome)
        for (outcome, buckets) in byOutcome.sorted(by: { $0.key.kind.rawValue < $1.key.kind.rawValue }) {
            let ranks = buckets.reduce(into: RankSet()) { $0.formUnion($1.ranks) }
            events.send(.outcome(name: work.name, phase: work.phase, outcome: outcome, ranks: ranks))
        }
    }

    /// What the deadline stopped has timed out; it has not failed.
    private func judged(_ buckets: [OutcomeBucket]) -> [OutcomeBucket] {
        guard isPastDeadline else { return buckets }
        return buckets.map { bucket in
            guard bucket.outcome.isCancelled else { return bucket }
            var judged = bucket
            judged.outcome = unreached
            return judged
        }
    }

    /// Does work that an interruption ends at once; nil when it was ended so.
    func interruptible<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value? {
        let task = Task(operation: work)
        state.withLock { $0.cancelTask = { task.cancel() } }
        if isStopped { task.cancel() }
        defer { state.withLock { $0.cancelTask = nil } }
        do {
            return try await task.value
        } catch is CancellationError {
            return nil
        }
    }

    /// The overlay while it is up: for tests and measurements.
    package var live: LiveOverlayAccess? {
        state.withLock(\.overlay).map(LiveOverlayAccess.init)
    }

    /// Milliseconds that a command may still take; 0 is without limit.
    func commandLimit(_ own: UInt64) -> UInt64 {
        [own, options.commandMilliseconds].filter { $0 > 0 }.min() ?? 0
    }

    /// Builds an overlay, does `body` with it, and takes it down whatever happens; one that stands is used, and stays. `targets`: the hosts that are wanted,
    /// for the account of a run that ends before there is an overlay.
    func withOverlay(
        _ pool: HostPool, targets: RankSet,
        _ body: (LiveOverlay) async throws -> (ledger: HostLedger, forgiven: RankSet)
    ) async throws -> Summary {
        let deadline = watchDeadline()
        defer { deadline?.cancel() }
        if let standing {
            defer { standing.overlay.forget(standing.group) }
            let result = try await body(standing.overlay)
            return summary(result.ledger, forgiven: result.forgiven)
        }
        // Keys may be asked for on the way, which can take any time.
        let overlay = try await interruptible { [options, events] in
            try await LiveOverlay(pool: pool, options: options, events: events)
        }
        guard let overlay else { return summary(HostLedger(targets: targets)) }
        state.withLock { $0.overlay = overlay }
        let result: (ledger: HostLedger, forgiven: RankSet)
        do {
            result = try await body(overlay)
        } catch {
            await end(overlay)
            throw error
        }
        let summary = summary(result.ledger, forgiven: result.forgiven)
        await end(overlay)
        return summary
    }

    /// The account as of now.
    func summary(_ ledger: HostLedger, forgiven: RankSet = RankSet()) -> Summary {
        var ledger = ledger
        ledger.close(unreached)
        let seconds = Double((ContinuousClock.now - begun).milliseconds) / 1_000
        return ledger.summary(forgiven: forgiven, isInterrupted: isInterrupted, seconds: seconds)
    }

    func watchDeadline() -> Task<Void, any Error>? {
        guard options.deadlineMilliseconds > 0 else { return nil }
        let end = begun + .milliseconds(Int64(clamping: options.deadlineMilliseconds))
        return Task {
            try await Task.sleep(until: end)
            stop(because: .deadline)
        }
    }

    private func end(_ overlay: LiveOverlay) async {
        events.send(.phase(.shutdown, detail: ""))
        state.withLock { $0.overlay = nil }
        do {
            guard try await !overlay.end() else { return }
            events.send(.warning("\(overlay.path) could not be removed yet: its janitor goes on trying"))
        } catch {
            events.send(.warning("the tree did not end well: \(error)"))
        }
    }
}

/// What tests and benchmarks may do with an overlay that is up.
package struct LiveOverlayAccess: Sendable {
    private let overlay: LiveOverlay

    init(_ overlay: LiveOverlay) {
        self.overlay = overlay
    }

    /// The processes of agents and their parents.
    package func processes(_ ranks: RankSet) async throws -> [(rank: Rank, process: Int32, parent: Rank?)] {
        try await overlay.processes(ranks)
    }

    /// The directory of the run.
    package var path: String { overlay.path }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds)) * 1_000 + UInt64(max(0, attoseconds) / 1_000_000_000_000_000)
    }
}
