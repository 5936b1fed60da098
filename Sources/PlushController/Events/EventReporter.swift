import NIOCore
import PlushProtocol
import PlushRuntime
import PlushSeal
import PlushTree
import PlushWire

/// Turns what the node notices into the events of the library. Lives on the controller's event loop.
final class EventReporter {
    private struct Tracked {
        let work: Work
        var started = RankSet()
        var ended = RankSet()
        var isClosed = false

        /// Targets on which it has not ended.
        var open: RankSet { work.request.targets.subtracting(ended) }
    }

    let events: ControllerEvents
    private var tracked: [OperationID: Tracked] = [:]
    private var failures: [String: RankSet] = [:]
    /// What to try, by how a cause begins: told by whoever knows the cause.
    private var remedies: [String: String] = [:]
    /// How an operation has ended so far.
    var outcomes: (OperationID) -> [OutcomeBucket] = { _ in [] }
    /// Every rank that has been out of reach.
    private var departed = RankSet()
    /// Commands that wait for barriers.
    var gated: [BarrierKey: [GatedWork]] = [:]
    var throttled: Set<BarrierKey> = []
    private var launchTotal = 0
    private var joined = 0
    /// Hosts of which it is known that they did not join.
    private(set) var unreachable = RankSet()

    init(_ events: ControllerEvents) {
        self.events = events
    }

    func expect(_ id: OperationID, _ work: Work) {
        tracked = tracked.filter { entry in
            let other = entry.value.work
            return !entry.value.isClosed || other.group !== work.group || other.phase == work.phase
        }
        tracked[id] = Tracked(work: work)
        guard !work.isSilent else { return }
        if case .gated(let gate, _) = work.request.task {
            expect(work, behind: gate.barrier)
        } else {
            events(of: work).send(.started(name: work.name, ranks: work.request.targets))
        }
    }

    /// Whoever wants to hear of a work.
    private func events(of work: Work) -> ControllerEvents {
        work.group?.events ?? events
    }

    /// The hosts on which works of a run have not ended.
    func open(_ group: WorkGroup) -> RankSet {
        tracked.values.filter { $0.work.group === group && !$0.isClosed }
            .reduce(into: RankSet()) { $0.formUnion($1.open) }
    }

    /// A run is over: nothing is told of it any more.
    func forget(_ group: WorkGroup) {
        tracked = tracked.filter { $0.value.work.group !== group }
    }

    func warn(_ text: String) {
        events.send(.warning(text))
    }

    /// What a user may try when a host is unreachable for a cause that begins like this.
    func advise(_ remedy: String, for cause: String) {
        remedies[cause] = remedy
    }

    private func remedy(_ cause: String) -> String {
        let known = remedies.filter { cause.hasPrefix($0.key) }.max { $0.key.count < $1.key.count }
        return known?.value ?? Advice.remedy(unreachable: cause)
    }

    func launching(_ count: Int) {
        launchTotal += count
    }

    func report(_ notice: ControllerNotice) {
        switch notice {
        case .joined(let edge):
            joined += 1
            events.send(.joined(edge.child, parent: edge.parent))
            reportLaunch()
        case .unreachable(let rank, let cause):
            unreachable.insert(rank)
            failures[cause, default: RankSet()].insert(rank)
            reportLaunch()
        case .moved(let edge, let before): events.send(.moved(edge.child, from: before, to: edge.parent))
        case .away(let departure, _):
            events.send(.away(departure.ranks, relay: departure.through, cause: departure.cause))
        case .returned(let ranks): events.send(.returned(ranks))
        case .retired(let ranks): events.send(.retired(ranks))
        case .departed(let departure, let path):
            departed.formUnion(departure.ranks)
            events.send(.lost(departure.ranks, relay: departure.through, path: path, cause: departure.cause))
        case .launched:
            tellUnreachable()
        case .progress(let id, let started, let terminal):
            tracked[id]?.started = started
            tracked[id]?.ended = terminal
            guard let work = tracked[id]?.work else { return }
            if let observer = work.observer {
                observer(started, terminal, departed)
            } else if !work.isSilent {
                reportProgress(work)
            }
        case .closed(let id, _, _):
            close(id)
        case .barrier(let notice): report(notice)
        case .application(let report): self.report(report)
        case .dissolved:
            break
        }
    }

    /// Tells which hosts could not be reached, by cause: at the end of a launch, also of one that was stopped.
    func tellUnreachable() {
        for cause in failures.keys.sorted() {
            let ranks = failures[cause] ?? RankSet()
            events.send(.unreachable(ranks, cause: cause, remedy: remedy(cause)))
        }
        failures = [:]
    }

    private func report(_ report: ApplicationReport) {
        guard let work = tracked[report.operation]?.work else { return }
        for word in report.words {
            events(of: work).send(
                .said(
                    ControllerEvent.Saying(
                        name: work.name, ranks: word.ranks, progressThousandths: word.progress.map { Int($0) },
                        text: word.text)))
        }
    }

    private func reportLaunch() {
        events.send(
            .progress(
                ControllerEvent.Progress(
                    phase: .launch, total: launchTotal, started: joined, ended: joined + unreachable.count)))
    }

    /// All operations of a phase of a run together (several processes, several clusters), counted in hosts: one has ended when
    /// all of them have ended there.
    private func reportProgress(_ work: Work) {
        let entries = tracked.filter { entry in
            let other = entry.value.work
            return other.phase == work.phase && other.group === work.group && !other.isSilent
        }
        let same = entries.values
        // Where several operations concern a host there is no one outcome of it yet.
        let only = entries.count == 1 ? entries.first?.key : nil
        let targets = same.reduce(into: RankSet()) { $0.formUnion($1.work.request.targets) }
        let started = same.reduce(into: RankSet()) { $0.formUnion($1.started.union($1.ended)) }
        let open = same.reduce(into: RankSet()) { $0.formUnion($1.open) }
        events(of: work).send(
            .progress(
                ControllerEvent.Progress(
                    phase: work.phase, total: targets.count, started: started.count,
                    ended: targets.count - open.count, outcomes: only.map { Self.counts(outcomes($0)) } ?? [:])))
    }

    /// Tells progress that somebody else keeps the account of.
    func reportProgress(_ progress: ControllerEvent.Progress, of work: Work) {
        events(of: work).send(.progress(progress))
    }

    static func counts(_ buckets: [OutcomeBucket]) -> [Outcome.Kind: Int] {
        buckets.reduce(into: [:]) { $0[$1.outcome.kind, default: 0] += $1.ranks.count }
    }

    private func close(_ id: OperationID) {
        guard let work = tracked[id]?.work else { return }
        guard work.observer == nil, !work.isSilent else {
            tracked[id] = nil
            return
        }
        reportProgress(work)
        tracked[id]?.isClosed = true
    }

    func report(_ segment: OutputSegment, acknowledge: @escaping @Sendable () -> Void) {
        guard let work = tracked[segment.operation]?.work else { return acknowledge() }
        if let reader = work.reader {
            if case .output(let output) = Self.event(segment, work.name) { reader(output) }
            return acknowledge()
        }
        if segment.stream == .collection {
            collect(segment, work)
            return acknowledge()
        }
        let (name, events) = (work.name, events(of: work))
        if work.sink != nil, case .output(let output) = Self.event(segment, name),
            let problem = work.sink?.write(output)
        {
            events.send(.warning(problem))
        }
        events.send(ControllerEvents.Item(make: { Self.event(segment, name) }, acknowledge: acknowledge))
    }

    private func collect(_ segment: OutputSegment, _ work: Work) {
        do throws(SealError) {
            let bytes = try segment.body.unpacked()
            for problem in work.sink?.collect(bytes, from: segment.ranks, isLast: segment.flags.contains(.last)) ?? [] {
                events(of: work).send(.warning(problem))
            }
        } catch {
            events(of: work).send(Self.damaged(segment, error))
        }
    }

    private static func event(_ segment: OutputSegment, _ name: String) -> ControllerEvent {
        do throws(SealError) {
            let bytes = try segment.body.unpacked()
            return .output(
                ControllerEvent.Output(
                    name: name, ranks: segment.ranks, isError: segment.stream == .standardError,
                    number: segment.number, bytes: Array(bytes.readableBytesView),
                    isLast: segment.flags.contains(.last)))
        } catch {
            return damaged(segment, error)
        }
    }

    private static func damaged(_ segment: OutputSegment, _ error: SealError) -> ControllerEvent {
        .warning("output of \(segment.ranks) was damaged and is left out: \(error)")
    }
}
