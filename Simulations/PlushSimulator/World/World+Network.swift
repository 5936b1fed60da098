import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// What lies between the machines: time, chance, and walls.
extension World {
    func machine(_ party: Party) -> Machine {
        switch party {
        case .controller: return root
        case .host(let rank): return host(rank).machine
        }
    }

    /// Up to when a party knows the root to have lived.
    func rootKnown(to party: Party) -> UInt64 {
        switch party {
        case .controller: return isControllerAlive ? now : controllerDiedAt ?? now
        case .host(let rank): return host(rank).rootKnown
        }
    }

    /// When a message that is sent now has left its sender.
    func leave(_ party: Party, bytes: Int, isBulk: Bool) -> UInt64 {
        let cost = plan.cost.sending(bytes: bytes)
        switch party {
        case .controller:
            root.counts.send(bytes: bytes)
            return root.egress.send(cost: root.time(for: cost), isBulk: isBulk, at: now)
        case .host(let rank):
            let host = host(rank)
            host.machine.counts.send(bytes: bytes)
            return host.machine.egress.send(cost: host.machine.time(for: cost), isBulk: isBulk, at: now)
        }
    }

    /// A machine takes a message in.
    func countReceived(_ party: Party, bytes: Int) {
        switch party {
        case .controller: root.counts.receive(bytes: bytes)
        case .host(let rank): host(rank).machine.counts.receive(bytes: bytes)
        }
    }

    /// From here on machines count anew.
    package func clearCounts() {
        root.counts = MessageCounts()
        for host in hosts { host.machine.counts = MessageCounts() }
    }

    func latency(from sender: Party, to receiver: Party) -> UInt64 {
        plan.latency.draw(from: machine(sender).site, to: machine(receiver).site, &random)
    }

    /// When the receiver has come round to what arrives now.
    func serve(_ party: Party) -> UInt64 {
        let cost = plan.cost.receiveNanoseconds
        switch party {
        case .controller:
            guard cost > 0 || root.slowness > 1 else { return now }
            return World.serve(&root, cost, now)
        case .host(let rank):
            let host = host(rank)
            guard cost > 0 || host.machine.slowness > 1 else { return now }
            return World.serve(&host.machine, cost, now)
        }
    }

    private static func serve(_ machine: inout Machine, _ cost: UInt64, _ now: UInt64) -> UInt64 {
        let time = machine.time(for: cost)
        machine.busyUntil = max(machine.busyUntil, now) + time
        machine.receiveNanoseconds += time
        return machine.busyUntil
    }

    func isBlocked(from sender: Party, to receiver: Party) -> Bool {
        partitions.contains { $0.blocks(from: sender, to: receiver) }
    }

    /// Puts something on its way; order is kept in each direction.
    func travel(_ parcel: Parcel, on link: WorldLink, isUp: Bool, at departure: UInt64, isBulk: Bool) {
        let from = link.party(isChild: isUp)
        let to = link.party(isChild: !isUp)
        let time = departure + latency(from: from, to: to)
        let arrival: UInt64
        if case .end = parcel {
            arrival = isUp ? link.upward.last(time) : link.downward.last(time)
        } else {
            arrival =
                isUp ? link.upward.arrival(time, isBulk: isBulk) : link.downward.arrival(time, isBulk: isBulk)
        }
        schedule(.arrival(parcel, link, isUp: isUp), at: arrival)
    }

    func arrive(_ parcel: Parcel, on link: WorldLink, isUp: Bool) {
        let isHeld = isUp ? !link.upward.held.isEmpty : !link.downward.held.isEmpty
        if isHeld || isBlocked(from: link.party(isChild: isUp), to: link.party(isChild: !isUp)) {
            if isUp { link.upward.held.append(parcel) } else { link.downward.held.append(parcel) }
            return
        }
        receive(parcel, on: link, isUp: isUp)
    }

    private func receive(_ parcel: Parcel, on link: WorldLink, isUp: Bool) {
        guard isThere(link, atChild: !isUp) else { return refuse(on: link, isUp: isUp) }
        switch parcel {
        case .end(let reason):
            tellClosed(link, atChild: !isUp, reason)
        case .frame(let frame, let rootKnown):
            guard !(isUp ? link.deafParent : link.deafChild), !link.isReset else { return }
            let handled = serve(link.party(isChild: !isUp))
            if handled == now {
                take(frame, on: link, isUp: isUp, rootKnown: rootKnown)
            } else {
                schedule(.handling(frame, link, isUp: isUp, rootKnown: rootKnown), at: handled)
            }
        }
    }

    /// Whether the agent (or controller) that made this end is still the one on its machine.
    private func isThere(_ link: WorldLink, atChild: Bool) -> Bool {
        switch link.party(isChild: atChild) {
        case .controller: return link.parentBoot == controllerLife
        case .host(let rank):
            let host = host(rank)
            return host.boot == (atChild ? link.childBoot : link.parentBoot) && host.life != .dark
        }
    }

    /// A machine that is dark says nothing; one that is up again knows nothing of the link and resets it.
    private func refuse(on link: WorldLink, isUp: Bool) {
        if case .host(let rank) = link.party(isChild: !isUp), host(rank).life == .dark { return }
        guard !link.isReset else { return }
        link.isReset = true
        travel(.end("connection reset"), on: link, isUp: !isUp, at: now, isBulk: false)
    }

    /// What was held by a partition that is over is sent again. What was on its way meanwhile waits behind it: it is
    /// younger, and a stream keeps its order.
    func release(_ link: WorldLink, isUp: Bool) {
        guard !(isUp ? link.upward.held : link.downward.held).isEmpty else { return }
        let (from, to) = (link.party(isChild: isUp), link.party(isChild: !isUp))
        guard !isBlocked(from: from, to: to) else { return }
        schedule(.drain(link, isUp: isUp), afterNanoseconds: latency(from: from, to: to))
    }

    /// What was held arrives, unless there is another wall by now.
    func drain(_ link: WorldLink, isUp: Bool) {
        guard !isBlocked(from: link.party(isChild: isUp), to: link.party(isChild: !isUp)) else { return }
        let held = isUp ? link.upward.held : link.downward.held
        if isUp { link.upward.held = [] } else { link.downward.held = [] }
        for parcel in held { receive(parcel, on: link, isUp: isUp) }
    }
}
