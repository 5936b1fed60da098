import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// A deterministic world in memory: one controller, its agents, the links between them, their commands, files and
/// journal, under virtual time. It interprets every action, encodes every message, and holds the nodes to the
/// invariants of the protocol after each event.
package final class World {
    private struct Entry: Comparable {
        let time: UInt64
        let number: UInt64
        let work: () -> Void

        static func < (left: Entry, right: Entry) -> Bool {
            (left.time, left.number) < (right.time, right.number)
        }

        static func == (left: Entry, right: Entry) -> Bool {
            left.number == right.number
        }
    }

    package let plan: WorldPlan
    package var controller: ControllerNode
    package var isControllerAlive = true
    package var controllerDiedAt: UInt64?
    package private(set) var now: UInt64 = 1_000_000_000_000
    private var entries: [Entry] = []
    private var nextNumber: UInt64 = 0
    private var controllerTimerToken: UInt64 = 0
    private var controllerArmedFor: UInt64?
    package var hosts: [WorldHost]
    package var links: [LinkID: WorldLink] = [:]
    package var nextLink: UInt64 = 1
    /// Lets a test change or drop what is sent; nil drops.
    package var tamper: ((_ from: Party, _ to: Party, _ message: Message) -> [Message])?

    // What happened.
    package var trace = WorldTrace()
    package var isTracing = false
    package var faults: [String] = []
    package var notices: [ControllerNotice] = []
    package var controllerNotes: [String] = []
    package var closures: [(party: Party, peer: Party, reason: String)] = []
    package var rootReceived: [UInt8: Int] = [:]
    package var rootSent: [UInt8: Int] = [:]
    package var durableIndex: UInt64 = 0
    package var journal: [SignedBatch] = []
    package var delivered: [OutputSegment] = []
    package var isConsuming = true
    package var unconsumed: [(LinkID, UInt64)] = []
    package var spool: [OperationID: [FileChunk]] = [:]
    package var spawns: [SpawnKey: Int] = [:]
    package var written: [StreamKey: ByteBuffer] = [:]
    package var script: (Rank, OperationID) -> ProcessScript = { _, _ in ProcessScript() }

    package init(_ plan: WorldPlan) {
        self.plan = plan
        hosts = (0..<plan.count).map { WorldHost(rank: Rank(UInt32($0))) }
        let configuration = ControllerNode.Configuration(
            credential: WorldTools.credential(), overlayKey: WorldTools.overlayKey,
            gateKey: [UInt8](repeating: 5, count: 32), key: PublicKey([UInt8](repeating: 9, count: 32))!,
            shape: plan.shape, hostNames: (0..<plan.count).map { "n\($0)" }, launchWindow: plan.window,
            connectMilliseconds: plan.connectMilliseconds, heartbeatMilliseconds: plan.heartbeatMilliseconds,
            leaseMilliseconds: plan.leaseMilliseconds)
        controller = ControllerNode(
            configuration, at: Instant(nanoseconds: now), tools: WorldTools.content, sign: WorldTools.signAsController)
        armController()
    }

    package func schedule(afterNanoseconds delay: UInt64, _ work: @escaping () -> Void) {
        schedule(at: now + delay, work)
    }

    package func schedule(afterMilliseconds delay: UInt64, _ work: @escaping () -> Void) {
        schedule(at: now + delay * 1_000_000, work)
    }

    package func schedule(at time: UInt64, _ work: @escaping () -> Void) {
        entries.append(Entry(time: max(time, now), number: nextNumber, work: work))
        nextNumber += 1
        var index = entries.count - 1
        while index > 0, entries[index] < entries[(index - 1) / 2] {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private func takeNext() -> Entry? {
        guard let first = entries.first else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first }
        entries[0] = last
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < entries.count && entries[child] < entries[least] {
                least = child
            }
            guard least != index else { return first }
            entries.swapAt(index, least)
            index = least
        }
    }

    /// Runs until the condition holds; false when the time is over first.
    @discardableResult
    package func run(atMostMilliseconds limit: UInt64, until condition: () -> Bool = { false }) -> Bool {
        let end = now + limit * 1_000_000
        while !condition() {
            guard let next = entries.first, next.time <= end, let entry = takeNext() else {
                now = end
                return condition()
            }
            now = entry.time
            entry.work()
        }
        return true
    }

    package func localNow(_ host: WorldHost) -> Instant {
        Instant(nanoseconds: now + host.clockOffset)
    }

    package func host(_ rank: Rank) -> WorldHost {
        hosts[Int(rank.value)]
    }

    package func give(_ party: Party, _ event: Event) {
        switch party {
        case .controller: giveController(event)
        case .host(let rank): giveHost(host(rank), event)
        }
    }

    private func giveHost(_ host: WorldHost, _ event: Event) {
        guard !host.isGone else { return }
        if host.life == .frozen {
            host.backlog.append(event)
            return
        }
        guard host.node != nil else { return }
        if isTracing { trace.mix(now, host.rank, event) }
        var actions: [Action] = []
        host.node?.handle(event, at: localNow(host), into: &actions)
        interpret(actions, of: host)
        check(host)
        arm(host)
    }

    private func giveController(_ event: Event) {
        guard isControllerAlive else { return }
        if isTracing { trace.mix(now, .controller, event) }
        command { controller, now, actions in controller.handle(event, at: now, into: &actions) }
    }

    /// Calls the controller as a client would.
    @discardableResult
    package func command<T>(_ call: (inout ControllerNode, Instant, inout [Action]) -> T) -> T {
        var actions: [Action] = []
        let result = call(&controller, Instant(nanoseconds: now), &actions)
        interpretController(actions)
        checkController()
        armController()
        return result
    }

    package func arm(_ host: WorldHost) {
        guard host.life == .running, let deadline = host.node?.nextDeadline else { return }
        let time = deadline.nanoseconds - host.clockOffset
        guard host.armedFor != time else { return }
        host.armedFor = time
        host.timerToken += 1
        let token = host.timerToken
        schedule(at: time) { [unowned self] in
            guard host.timerToken == token, !host.isGone else { return }
            host.armedFor = nil
            give(.host(host.rank), .timer)
        }
    }

    private func armController() {
        guard isControllerAlive, let deadline = controller.nextDeadline else { return }
        guard controllerArmedFor != deadline.nanoseconds else { return }
        controllerArmedFor = deadline.nanoseconds
        controllerTimerToken += 1
        let token = controllerTimerToken
        schedule(at: deadline.nanoseconds) { [unowned self] in
            guard controllerTimerToken == token else { return }
            controllerArmedFor = nil
            give(.controller, .timer)
        }
    }

    package func fault(_ text: String) {
        faults.append("at \(now / 1_000_000 - 1_000_000) ms: \(text)")
    }
}

/// A rank's run of an operation.
package struct SpawnKey: Hashable {
    package let operation: OperationID
    package let rank: Rank

    package init(operation: OperationID, rank: Rank) {
        self.operation = operation
        self.rank = rank
    }
}

/// One stream of one rank.
package struct StreamKey: Hashable {
    package let operation: OperationID
    package let rank: Rank
    package let stream: OutputSegment.Stream

    package init(operation: OperationID, rank: Rank, stream: OutputSegment.Stream) {
        self.operation = operation
        self.rank = rank
        self.stream = stream
    }
}
