import NIOCore
import PlushTree
import PlushWire

/// One operation on an overlay that stands: what it tells goes to its spool, from which those who follow it are served,
/// each at its own pace. Lives on the event loop of the service.
final class OverlayOperation {
    let number: UInt32
    let command: String
    let targets: RankSet
    let spool: OperationSpool
    private let loop: any EventLoop
    private let begun = ContinuousClock.now
    private(set) var state = OverlayJob.State.waiting
    private(set) var summary: Summary?
    /// The last frame for those who follow, once it has ended.
    private(set) var end: ByteBuffer?
    private var seconds: Int?
    private var started = 0
    private var ended = 0
    private var stop: (@Sendable () -> Void)?
    private var isStopped = false

    private var followers: [ObjectIdentifier: any OperationFollower] = [:]
    private var waiting: [(ByteBuffer) -> Void] = []
    private var isWaking = false

    private var withheld: ControllerEvent.Progress?
    private var isProgressDue = false
    /// Output that the commands wait for, while there is no room.
    private var unacknowledged: [@Sendable () -> Void] = []
    private var stall: Scheduled<Void>?
    private var problem: ControllerError?

    init(_ number: UInt32, _ request: ExecRequest, directory: String, on loop: any EventLoop) throws {
        self.number = number
        self.loop = loop
        command = request.words.joined(separator: " ").cut(toBytes: ServiceLimits.commandBytesMax)
        targets = request.targets
        spool = try OperationSpool(directory: "\(directory)/\(number)")
    }

    var hasEnded: Bool { end != nil }

    /// As lists show it.
    var job: OverlayJob {
        OverlayJob(
            number: number, command: command, state: state, targets: targets, startedCount: started,
            endedCount: ended, seconds: seconds ?? Int((ContinuousClock.now - begun).milliseconds / 1_000),
            keptBytes: spool.keptBytes, droppedBytes: spool.droppedBytes, summary: summary)
    }

    // MARK: - Its life

    /// What of it is on the tree, while it runs.
    private(set) var group: WorkGroup?

    /// It begins; `stop` ends it early.
    func run(_ group: WorkGroup, stop: @escaping @Sendable () -> Void) {
        state = .running
        self.group = group
        self.stop = stop
        if isStopped { stop() }
    }

    func interrupt() {
        isStopped = true
        stop?()
    }

    func finish(_ result: Result<Summary, ControllerError>) {
        guard end == nil else { return }
        writeWithheldProgress()
        seconds = Int((ContinuousClock.now - begun).milliseconds / 1_000)
        switch result {
        case .success(let summary) where problem == nil:
            state = .ended
            self.summary = summary
            (started, ended) = (targets.count, targets.count)
            end = ServiceReply.ended(summary).encode()
        case .success(let summary):
            // The commands have run; what is missing is the word of some of them.
            state = .failed
            self.summary = summary
            end = ServiceReply.failure(problem ?? ControllerError(.tree, ""), isFinal: false).encode()
        case .failure(let error):
            state = .failed
            end = ServiceReply.failure(error, isFinal: false).encode()
        }
        stop = nil
        group = nil
        releaseOutput()
        if let end { for answer in waiting { answer(end) } }
        waiting = []
        wake()
    }

    /// Calls back with the last frame, at once where it has ended.
    func whenEnded(_ answer: @escaping (ByteBuffer) -> Void) {
        if let end { answer(end) } else { waiting.append(answer) }
    }

    // MARK: - What it tells

    func take(_ item: ControllerEvents.Item) {
        tell(item.make())
        guard let acknowledge = item.acknowledge else { return }
        guard isFull else { return acknowledge() }
        unacknowledged.append(acknowledge)
        watchStall()
    }

    func tell(_ event: ControllerEvent) {
        switch event {
        case .progress(let progress): tell(progress)
        case .output(let output) where output.name == command:
            // Its own name need not be said in every line.
            write(
                .output(
                    ControllerEvent.Output(
                        name: "", ranks: output.ranks, isError: output.isError, number: output.number,
                        bytes: output.bytes, isLast: output.isLast)))
        case .phase, .joined, .moved, .away, .returned, .retired, .unreachable, .lost, .replaced, .started, .output,
            .outcome, .barrier, .said, .warning:
            writeWithheldProgress()
            write(event)
        }
    }

    private func tell(_ progress: ControllerEvent.Progress) {
        if progress.phase == .execution { (started, ended) = (progress.started, progress.ended) }
        withheld = progress
        guard !isProgressDue else { return }
        isProgressDue = true
        loop.assumeIsolated().scheduleTask(in: ServiceLimits.progress) { [weak self] in
            self?.isProgressDue = false
            self?.writeWithheldProgress()
        }
    }

    private func writeWithheldProgress() {
        guard let progress = withheld, end == nil else { return }
        withheld = nil
        write(.progress(progress))
    }

    private func write(_ event: ControllerEvent) {
        guard problem == nil else { return }
        do {
            try spool.append(ServiceReply.event(event).encode())
        } catch {
            problem = error as? ControllerError ?? ControllerError(.tree, "\(error)")
        }
        dropWhatNobodyNeeds()
        wake()
    }

    // MARK: - Those who follow

    func add(_ follower: any OperationFollower) {
        followers[ObjectIdentifier(follower)] = follower
    }

    func remove(_ follower: any OperationFollower) {
        followers[ObjectIdentifier(follower)] = nil
        releaseOutput()
    }

    var isFollowed: Bool { !followers.isEmpty }

    /// Somebody has read on.
    func advanced() {
        stall?.cancel()
        stall = nil
        releaseOutput()
        if !unacknowledged.isEmpty { watchStall() }
    }

    /// One turn for all that has happened by then.
    private func wake() {
        guard !isWaking, !followers.isEmpty else { return }
        isWaking = true
        loop.assumeIsolated().execute { [self] in
            isWaking = false
            for follower in followers.values { follower.pump() }
        }
    }

    private var isFull: Bool { spool.keptBytes > ServiceLimits.spoolBytesMax && problem == nil && end == nil }

    private func dropWhatNobodyNeeds() {
        let needed = followers.values.map(\.part).min() ?? Int.max
        while isFull, spool.firstPart < needed, spool.dropOldest() {}
    }

    private func releaseOutput() {
        dropWhatNobodyNeeds()
        guard !isFull else { return }
        let ready = unacknowledged
        unacknowledged = []
        for acknowledge in ready { acknowledge() }
    }

    /// The links of the tree serve all operations: a client that reads nothing must not stop the others for good.
    private func watchStall() {
        guard stall == nil else { return }
        stall = loop.assumeIsolated().scheduleTask(in: ServiceLimits.stall) { [weak self] in self?.letGo() }
    }

    private func letGo() {
        stall = nil
        let late = followers.values.filter { $0.part == spool.firstPart }
        for follower in late { follower.letGo() }
        releaseOutput()
    }
}

/// A client's connection as an operation that it follows sees it.
protocol OperationFollower: AnyObject {
    /// The part of the spool that it reads.
    var part: Int { get }
    /// There may be more to read.
    func pump()
    /// It has read nothing for too long: it is disconnected.
    func letGo()
}
