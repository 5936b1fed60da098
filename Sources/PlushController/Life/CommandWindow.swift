import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// One command on many hosts, on at most so many of them at one time, wherever they are in the tree.
///
/// The root alone decides: it asks the next hosts when others have ended, in one operation for all that are free by
/// then, and relays report ends within ``intervalMilliseconds``. The place of a host that is out of reach is free only
/// when its agent must have ended its command, after the lease. Lives on the event loop.
final class CommandWindow {
    /// How soon ends are reported: what a free place waits at most, beside the tree's latency.
    static let intervalMilliseconds: UInt32 = 50

    private let work: Work
    private let limit: Int
    private let holdMilliseconds: UInt64
    private let loop: any EventLoop
    private let submit: (Work) -> EventLoopFuture<ControllerHost.Result>
    private let report: (ControllerEvent.Progress) -> Void
    private let promise: EventLoopPromise<ControllerHost.Result>
    private var waiting: RankSet
    private var free: Int
    /// Ranks whose place has been given back, or will be.
    private var freed = RankSet()
    private var started = RankSet()
    private var ended = RankSet()
    private var openCount = 0
    private var isFilling = false
    private var isStopped = false
    private var buckets: [OutcomeBucket] = []
    private var truncated = RankSet()

    /// `work`: for all hosts. `holdMilliseconds`: how long a command may go on where nobody hears of it.
    init(
        _ work: Work, limit: Int, holdMilliseconds: UInt64, on loop: any EventLoop,
        report: @escaping (ControllerEvent.Progress) -> Void,
        submit: @escaping (Work) -> EventLoopFuture<ControllerHost.Result>
    ) {
        self.work = work
        self.limit = limit
        self.holdMilliseconds = holdMilliseconds
        self.loop = loop
        self.report = report
        self.submit = submit
        waiting = work.request.targets
        free = limit
        promise = loop.makePromise()
    }

    /// Begins; the future is done when every host has its outcome.
    func run() -> EventLoopFuture<ControllerHost.Result> {
        fill()
        return promise.futureResult
    }

    /// The run is stopped: who waits is asked at once, and told that nothing begins any more.
    func stop() {
        isStopped = true
        fill()
    }

    /// An operation may be answered while it is submitted: the loop goes on then, no call within a call.
    private func fill() {
        guard !isFilling else { return }
        isFilling = true
        while !waiting.isEmpty, free > 0 || isStopped { ask(waiting.first(isStopped ? waiting.count : free)) }
        isFilling = false
        guard openCount == 0, waiting.isEmpty else { return }
        promise.succeed(ControllerHost.Result(buckets: buckets, truncated: truncated))
    }

    private func ask(_ ranks: RankSet) {
        waiting.subtract(ranks)
        free -= ranks.count
        openCount += 1
        let bound = NIOLoopBound(self, eventLoop: loop)
        var request = work.request
        request.targets = ranks
        request.reportIntervalMilliseconds = Self.intervalMilliseconds
        var part = Work(name: work.name, phase: work.phase, request: request, sink: work.sink) { started, ended, lost in
            bound.value.note(started, ended: ended.intersection(ranks), lost: lost)
        }
        part.group = work.group
        submit(part).assumeIsolated().whenComplete { result in self.close(ranks, result) }
    }

    private func note(_ begun: RankSet, ended now: RankSet, lost: RankSet) {
        started.formUnion(begun)
        ended.formUnion(now)
        release(now, lost: lost)
        tell()
        fill()
    }

    private func close(_ ranks: RankSet, _ result: Result<ControllerHost.Result, any Error>) {
        openCount -= 1
        switch result {
        case .success(let result):
            truncated.formUnion(result.truncated)
            for bucket in result.buckets { merge(bucket) }
            let lost = result.buckets.filter { $0.outcome.kind == .lost }
            release(ranks, lost: lost.reduce(into: RankSet()) { $0.formUnion($1.ranks) })
        case .failure(let error):
            isStopped = true
            merge(OutcomeBucket(outcome: Outcome(.lost, detail: "\(error)"), ranks: ranks))
        }
        ended.formUnion(ranks)
        tell()
        fill()
    }

    private func release(_ ranks: RankSet, lost: RankSet) {
        let fresh = ranks.subtracting(freed)
        freed.formUnion(fresh)
        let held = fresh.intersection(lost).count
        free += fresh.count - held
        guard held > 0 else { return }
        loop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(clamping: holdMilliseconds))) {
            self.free += held
            self.fill()
        }
    }

    private func merge(_ bucket: OutcomeBucket) {
        if let index = buckets.firstIndex(where: { $0.outcome == bucket.outcome && $0.streams == bucket.streams }) {
            buckets[index].ranks.formUnion(bucket.ranks)
        } else {
            buckets.append(bucket)
        }
    }

    private func tell() {
        report(
            ControllerEvent.Progress(
                phase: work.phase, total: work.request.targets.count, started: started.union(ended).count,
                ended: ended.count, outcomes: EventReporter.counts(buckets)))
    }
}
