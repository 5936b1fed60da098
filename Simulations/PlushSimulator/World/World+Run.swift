import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

extension World {
    func schedule(_ occurrence: Occurrence, at time: UInt64) {
        queue.push(occurrence, at: max(time, now))
    }

    func schedule(_ occurrence: Occurrence, afterNanoseconds delay: UInt64) {
        queue.push(occurrence, at: now + delay)
    }

    func schedule(_ occurrence: Occurrence, afterMilliseconds delay: UInt64) {
        queue.push(occurrence, at: now + delay * 1_000_000)
    }

    /// Runs until the condition holds; false when the time is over first.
    @discardableResult
    package func run(atMostMilliseconds limit: UInt64, until condition: () -> Bool = { false }) -> Bool {
        run(atMostNanoseconds: limit * 1_000_000, until: condition)
    }

    @discardableResult
    package func run(atMostNanoseconds limit: UInt64, until condition: () -> Bool = { false }) -> Bool {
        let end = now + limit
        while !condition() {
            guard let next = queue.nextTime, next <= end, let (time, occurrence) = queue.pop() else {
                now = end
                return condition()
            }
            now = time
            perform(occurrence)
        }
        return true
    }

    // exhaustive-switch
    private func perform(_ occurrence: Occurrence) {
        records.occurrences += 1
        switch occurrence {
        case .arrival(let parcel, let link, let isUp): arrive(parcel, on: link, isUp: isUp)
        case .drain(let link, let isUp): drain(link, isUp: isUp)
        case .handling(let frame, let link, let isUp, let rootKnown):
            take(frame, on: link, isUp: isUp, rootKnown: rootKnown)
        case .closing(let link, let atChild, let reason): tellClosed(link, atChild: atChild, reason)
        case .wake(.controller): wakeController()
        case .wake(.host(let rank)): wake(host(rank))
        case .tell(.controller, let life, let event):
            if life == controllerLife { give(.controller, event) }
        case .tell(.host(let rank), let boot, let event):
            if host(rank).boot == boot { tell(host(rank), event) }
        case .connect(let dial): connect(dial)
        case .process(let process, let step): perform(step, of: process)
        case .hello(let rank, let boot): hello(rank, boot: boot)
        case .bootstrap(let rank, let boot, let frame):
            join(rank, boot: boot, frame)
        case .abandon(let rank): kill(rank)
        case .durable(let index, let life): durable(upTo: index, life: life)
        case .fault(let fault): if now <= plannedFaultsUntil { perform(fault) }
        case .audit: audit()
        }
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
        var actions: [Action] = []
        let now = localNow(host)
        let appliedBefore = host.node?.inPlace { node in
            let applied = node.appliedPosition
            node.handle(event, at: now, into: &actions)
            return applied
        }
        guard let appliedBefore else { return }
        note(event, at: .host(host.rank))
        host.appliedBefore = appliedBefore
        interpret(actions, of: host)
        if !checkers.isEmpty { observe(.stepped(host, event)) }
        arm(host)
    }

    private func giveController(_ event: Event) {
        guard isControllerAlive else { return }
        note(event, at: .controller)
        command { controller, now, actions in controller.handle(event, at: now, into: &actions) }
        if !checkers.isEmpty { observe(.rootStepped(event)) }
    }

    private func note(_ event: Event, at party: Party) {
        if isTracing { trace.mix(now, party.rank, event) }
        if let lines { lines(EventText.line(nanoseconds, party, event, in: self)) }
    }

    /// Calls the controller as a client would.
    @discardableResult
    package func command<T>(_ call: (inout ControllerNode, Instant, inout [Action]) -> T) -> T {
        var actions: [Action] = []
        let result = call(&controller, Instant(nanoseconds: now), &actions)
        interpretController(actions)
        armController()
        return result
    }

    /// Sees to it that a host wakes when its node's deadline comes. A wake that comes too early costs little; one that
    /// is no longer wanted stays where it is.
    func arm(_ host: WorldHost) {
        guard host.life == .running, let deadline = deadline(of: host) else { return }
        let time = max(now, host.machine.clock.world(for: deadline))
        if let wakeAt = host.wakeAt, wakeAt <= time { return }
        host.wakeAt = time
        schedule(.wake(.host(host.rank)), at: time)
    }

    private func deadline(of host: WorldHost) -> Instant? {
        host.node?.inPlace { $0.nextDeadline }
    }

    private func wake(_ host: WorldHost) {
        guard host.wakeAt == now else { return }
        host.wakeAt = nil
        guard host.life == .running, let deadline = deadline(of: host) else { return }
        guard deadline <= localNow(host) else { return arm(host) }
        // Timers wait for the processor as messages do: that is how a starved machine comes to know its lag.
        if host.machine.busyUntil > now {
            host.wakeAt = host.machine.busyUntil
            schedule(.wake(.host(host.rank)), at: host.machine.busyUntil)
            return
        }
        giveHost(host, .timer)
    }

    func armController() {
        guard isControllerAlive, let deadline = controller.inPlace({ $0.nextDeadline }) else { return }
        let time = max(now, deadline.nanoseconds)
        if let controllerWakeAt, controllerWakeAt <= time { return }
        controllerWakeAt = time
        schedule(.wake(.controller), at: time)
    }

    private func wakeController() {
        guard controllerWakeAt == now else { return }
        controllerWakeAt = nil
        guard isControllerAlive, let deadline = controller.inPlace({ $0.nextDeadline }) else { return }
        guard deadline.nanoseconds <= now else { return armController() }
        giveController(.timer)
    }

    private func audit() {
        observe(.audited)
        schedule(.audit, afterMilliseconds: plan.heartbeatMilliseconds)
    }

    /// Says to the checkers that nothing is going on and nothing will come of itself.
    package func settle() {
        observe(.quiet)
    }
}
