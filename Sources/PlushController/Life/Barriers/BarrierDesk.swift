import NIOCore
import PlushProtocol
import PlushSpec
import PlushTree
import PlushWire

/// Looks after the barriers of one run of a configuration: keeps their account, asks straggler commands, and gives up
/// what a barrier can no longer let through. Lives on the controller's event loop.
final class BarrierDesk {
    struct Entry {
        let plan: BarrierPlan.Entry
        var generation: UInt64 = 1
        var missing = RankSet()
        var entered = RankSet()
        /// What is to be told of it when the moment has passed in which something was told.
        var news: (state: ControllerEvent.Barrier.State, ranks: RankSet, missing: RankSet, generation: UInt64)?
        var isQuiet = false
        /// When the first of the present generation was heard of.
        var waitsSince: NIODeadline?
        var timer: Scheduled<Void>?
        /// The question that is being asked.
        var question: BlockingWork.CancelFlag?
        /// It needs so many hosts and only so many are left.
        var lacking: (needed: Int, left: Int)?
        var account: Summary.Barrier
    }

    let plan: BarrierPlan
    let host: ControllerHost
    let reporter: EventReporter
    /// The folder of the specification, in which commands of this machine run, and one for short-lived files.
    let directory: String
    let scratch: String
    /// Directories of the applications on the hosts, with their hosts: one for each cluster, in their order.
    var places: [(directory: String, ranks: RankSet)]
    let spares: Spares
    /// Spares that are not launched, and those that are and have nothing to do.
    var spareRanks: ArraySlice<Rank>
    var idleSpares = RankSet()
    /// Hosts that were given up, with the spare that does their work.
    var replacements: [(rank: Rank, spare: Rank)] = []
    private let fileName: String
    private let graceMilliseconds: UInt32
    var entries: [BarrierKey: Entry] = [:]
    private(set) var works: [PendingWork] = []
    /// Questions that are being asked, on threads of their own.
    private var questions: [EventLoopFuture<Void>] = []
    private(set) var isClosed = false
    private let begun: EventLoopPromise<Void>
    /// Hosts that were given up.
    private(set) var dropped = RankSet()

    init(
        _ plan: BarrierPlan, host: ControllerHost, reporter: EventReporter, fileName: String, directory: String,
        scratch: String, places: [(directory: String, ranks: RankSet)], spares: Spares, graceMilliseconds: UInt32
    ) {
        self.plan = plan
        self.host = host
        self.reporter = reporter
        self.fileName = fileName
        self.directory = directory
        self.scratch = scratch
        self.places = places
        self.spares = spares
        spareRanks = spares.ranks[...]
        self.graceMilliseconds = graceMilliseconds
        begun = host.eventLoop.makePromise()
        for entry in plan.entries {
            entries[entry.request.key] = Entry(
                plan: entry,
                account: Summary.Barrier(name: entry.barrier.name, participants: entry.request.participants))
        }
    }

    /// Opens all; throws for one that its hosts cannot satisfy.
    func open() throws(ControllerError) {
        for entry in plan.entries {
            do throws(BarrierPolicyError) {
                try host.openBarrier(entry.request)
            } catch {
                begun.succeed()
                host.closeBarriers(application: plan.application)
                throw ControllerError(
                    .usage, "\(fileName):\(entry.barrier.line): barrier \(entry.barrier.name): \(error.message)")
            }
            if entry.barrier.policy.release.isThrottled { reporter.noteThrottled(entry.request.key) }
        }
    }

    /// Operations that wait for the barriers, or whose processes enter them.
    func look(after works: [PendingWork]) {
        self.works += works
    }

    /// Done when a barrier has been released for the first time, or there is nothing to wait for.
    var released: EventLoopFuture<Void> { begun.futureResult }

    func note(_ notice: BarrierNotice) {
        guard !isClosed else { return }
        switch notice {
        case .entered(let key, let generation, let entered, let missing):
            note(key, generation, entered: entered, missing: missing)
        case .released(let key, let generation, let onTime, _):
            begun.succeed()
            settle(key)
            entries[key]?.generation = generation + 1
            entries[key]?.account.release(generation, onTime: onTime)
        case .late(let key, _, let ranks, let isRefused):
            entries[key]?.account.late(ranks, isRefused: isRefused)
        case .cannot(let key, _, let needed, let left):
            entries[key]?.lacking = (needed, left)
            // Not from within the node's own turn.
            let bound = NIOLoopBound(self, eventLoop: host.eventLoop)
            host.eventLoop.execute { bound.value.cannot(key) }
        case .passing(let key, let generation, let passed, let waiting):
            tell(key, (.passing, passed, waiting, generation))
        }
    }

    /// Tells how many are there: at once, and then not more often than a person can see, whatever the number of hosts.
    private func tell(
        _ key: BarrierKey,
        _ news: (state: ControllerEvent.Barrier.State, ranks: RankSet, missing: RankSet, generation: UInt64)
    ) {
        guard let entry = entries[key], !entry.isQuiet else {
            entries[key]?.news = news
            return
        }
        entries[key]?.news = nil
        entries[key]?.isQuiet = true
        reporter.send(key, news.generation, news.state, news.ranks, missing: news.missing)
        let bound = NIOLoopBound(self, eventLoop: host.eventLoop)
        host.eventLoop.scheduleTask(in: .milliseconds(Self.quietMilliseconds)) { bound.value.tellNews(key) }
    }

    private static let quietMilliseconds: Int64 = 200

    private func tellNews(_ key: BarrierKey) {
        entries[key]?.isQuiet = false
        guard !isClosed, let news = entries[key]?.news else { return }
        tell(key, news)
    }

    private func note(_ key: BarrierKey, _ generation: UInt64, entered: RankSet, missing: RankSet) {
        // What is told after a release is about a generation that nobody has entered yet.
        guard var entry = entries[key], generation >= entry.generation, !entered.isEmpty, entered != entry.entered
        else { return }
        entry.generation = generation
        entry.entered = entered
        entry.missing = missing
        defer { tell(key, (.entered, entered, missing, generation)) }
        let isFirst = entry.waitsSince == nil
        if isFirst { entry.waitsSince = .now() }
        entries[key] = entry
        if isFirst { ask(key, after: entry.plan.barrier.stragglers?.after) }
    }

    /// A generation is over: nobody is asked about it any more.
    private func settle(_ key: BarrierKey) {
        entries[key]?.timer?.cancel()
        entries[key]?.question?.cancel()
        entries[key]?.timer = nil
        entries[key]?.question = nil
        entries[key]?.waitsSince = nil
        entries[key]?.lacking = nil
        entries[key]?.entered = RankSet()
        entries[key]?.missing = RankSet()
        entries[key]?.news = nil
    }

    func ask(_ key: BarrierKey, after delay: BarrierDelay?) {
        guard let delay, !isClosed, !host.isStopped else { return }
        entries[key]?.timer?.cancel()
        let bound = NIOLoopBound(self, eventLoop: host.eventLoop)
        entries[key]?.timer = host.eventLoop.scheduleTask(in: .milliseconds(Int64(delay.milliseconds))) {
            bound.value.ask(key)
        }
    }

    // MARK: - Asking

    private func cannot(_ key: BarrierKey) {
        guard let entry = entries[key], entry.lacking != nil, !isClosed, !host.isStopped else { return }
        if entry.plan.barrier.stragglers != nil { ask(key) } else { giveUp(key) }
    }

    private func ask(_ key: BarrierKey) {
        guard let entry = entries[key], let stragglers = entry.plan.barrier.stragglers, entry.question == nil,
            !isClosed, !host.isStopped
        else { return }
        guard !entry.missing.isEmpty || entry.lacking != nil else { return ask(key, after: stragglers.after) }
        entries[key]?.timer?.cancel()
        let since = entry.waitsSince ?? .now()
        let waited = (NIODeadline.now() - since).nanoseconds / 1_000_000
        let question = StragglerQuestion(
            barrier: entry.plan.barrier.name, generation: entry.generation, command: stragglers.command,
            missing: entry.missing.map { host.hostNames[Int($0.value)] }, enteredCount: entry.entered.count,
            waitedMilliseconds: UInt64(max(0, waited)))
        let flag = BlockingWork.CancelFlag()
        entries[key]?.question = flag
        let answer: EventLoopFuture<StragglerQuestion.Decision>
        switch stragglers.place {
        case .controller: answer = askHere(question, flag)
        case .hosts: answer = askHosts(question, entry.entered)
        }
        let asked = entry.missing
        let bound = NIOLoopBound(self, eventLoop: host.eventLoop)
        questions.append(
            answer.map { _ in }.recover { _ in })
        answer.whenComplete { result in bound.value.answered(key, flag, asked, result) }
    }

    private func askHere(
        _ question: StragglerQuestion, _ flag: BlockingWork.CancelFlag
    ) -> EventLoopFuture<StragglerQuestion.Decision> {
        let (directory, scratch) = (directory, scratch)
        return host.eventLoop.makeFutureWithTask {
            try await BlockingWork.run { _ in try question.ask(in: directory, scratch: scratch, cancel: flag) }
        }
    }

    /// Each host that waits runs the command where its processes run, and the most frequent answer counts.
    private func askHosts(_ question: StragglerQuestion, _ ranks: RankSet) -> EventLoopFuture<
        StragglerQuestion.Decision
    > {
        let loop = host.eventLoop
        let votes = NIOLoopBound(StragglerVotes(), eventLoop: loop)
        let works = places.filter { !$0.ranks.isDisjoint(with: ranks) }.map { place in
            let task = RunTask(
                application: place.directory, arguments: ["/bin/sh", "-c", question.command],
                environment: question.variables.map { RunTask.Variable($0.name, $0.value) }, workingDirectory: "",
                timeoutMilliseconds: StragglerQuestion.millisecondsMax, graceMilliseconds: graceMilliseconds,
                output: .fold)
            return Work(
                name: "stragglers", phase: .execution,
                request: ControllerNode.Request(targets: place.ranks.intersection(ranks), task: .run(task)),
                isSilent: true, reader: { votes.value.add($0) })
        }
        return EventLoopFuture.whenAllSucceed(works.map { host.submit($0) }, on: loop).flatMapThrowing { _ in
            try votes.value.decision()
        }
    }

    private func answered(
        _ key: BarrierKey, _ flag: BlockingWork.CancelFlag, _ asked: RankSet,
        _ result: Result<StragglerQuestion.Decision, any Error>
    ) {
        // The generation may have been released meanwhile.
        guard let entry = entries[key], entry.question === flag, !isClosed, !host.isStopped else { return }
        entries[key]?.question = nil
        let after = entry.plan.barrier.stragglers?.after
        switch result {
        case .success(.wait): ask(key, after: after)
        case .success(.go):
            reporter.send(key, entry.generation, .forced, entry.entered, missing: entry.missing)
            host.forceBarrier(key)
        case .success(.replace):
            entries[key]?.question = flag
            replace(entry.missing.intersection(asked), at: key, flag)
        case .success(.drop):
            drop(entry.missing.intersection(asked), at: key)
        case .failure(let error):
            reporter.warn(
                "barrier \(key.name): its straggler command \(error): the hosts that are missing are waited for")
            ask(key, after: after)
        }
    }

    // MARK: - Deciding

    /// Hosts are given up: what runs there is stopped, and nobody waits for them at any barrier.
    private func drop(_ ranks: RankSet, at key: BarrierKey) {
        guard let entry = entries[key] else { return }
        let generation = entry.generation
        dropped.formUnion(ranks)
        entries[key]?.account.dropped.formUnion(ranks)
        if !ranks.isEmpty { reporter.send(key, generation, .dropped, ranks) }
        forget(ranks, Outcome(.lost, detail: "dropped at barrier \(key.name)"))
        guard entries[key]?.generation == generation else { return }  // that was enough
        if entries[key]?.lacking != nil { return giveUp(key) }
        ask(key, after: entry.plan.barrier.stragglers?.after)
    }

    /// Stops what runs on hosts, and waits for them nowhere.
    func forget(_ ranks: RankSet, _ outcome: Outcome) {
        host.giveUp(works.map(\.id), on: ranks, outcome)
        for other in plan.entries { host.drop(ranks, from: other.request.key) }
    }

    /// Nobody will ever go through: what waits there ends.
    private func giveUp(_ key: BarrierKey) {
        guard let entry = entries[key], let lacking = entry.lacking else { return }
        let needs = "barrier \(key.name) needs \(lacking.needed) hosts and only \(lacking.left) are left"
        reporter.warn(
            "\(fileName):\(entry.plan.barrier.line): \(needs): what waits there is given up (allow fewer with entry or "
                + "min_hosts, or say with stragglers what to do)")
        entries[key]?.lacking = nil
        begun.succeed()
        for pending in works {
            if case .gated(let gate, _) = pending.work.request.task, gate.barrier == key {
                host.giveUp([pending.id], on: pending.work.request.targets, Outcome(.notStarted, detail: needs))
            } else if entry.plan.barrier.kind == .processes, pending.entersBarrier(key.name) {
                host.cancel([pending.id], on: pending.work.request.targets)
            }
        }
    }

    /// There is nothing left that a release could be waited for with.
    func stopWaiting() {
        begun.succeed()
    }

    /// Asks nothing any more: the run is stopped.
    func stop() {
        for key in entries.keys { settle(key) }
        begun.succeed()
    }

    /// The run of the configuration is over; the future is done when no command is being asked any more.
    func close() -> EventLoopFuture<[Summary.Barrier]> {
        let accounts = plan.entries.compactMap { entry -> Summary.Barrier? in
            guard var account = entries[entry.request.key]?.account else { return nil }
            account.missing = entries[entry.request.key]?.missing ?? RankSet()
            return account
        }
        for (key, entry) in entries {
            guard !isClosed, let news = entry.news else { continue }
            reporter.send(key, news.generation, news.state, news.ranks, missing: news.missing)
        }
        stop()
        if !isClosed {
            host.closeBarriers(application: plan.application)
            reporter.forgetBarriers(of: plan.application)
        }
        isClosed = true
        return EventLoopFuture.whenAllSucceed(questions, on: host.eventLoop).map { _ in accounts }
    }
}

extension PendingWork {
    /// Whether its processes enter a barrier of that name.
    fileprivate func entersBarrier(_ name: String) -> Bool {
        switch work.request.task {
        case .run(let task), .gated(_, let task): task.barriers.contains(name)
        case .probe, .files, .collect: false
        }
    }
}
