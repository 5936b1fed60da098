import PlushProtocol
import PlushTree
import PlushWire

extension World {
    /// A fault at a point of virtual time, counted from the world's beginning.
    package func expect(_ fault: Fault, atNanoseconds time: UInt64) {
        plannedFaultsUntil = .max
        schedule(.fault(fault), at: World.epochNanoseconds + time)
    }

    /// What was planned and has not come does not come any more.
    package func forgetPlannedFaults() {
        plannedFaultsUntil = now
    }

    package func perform(_ fault: Fault) {
        lines?(EventText.line(nanoseconds, .controller, "== \(fault)"))
        if isTracing { for byte in fault.description.utf8 { trace.mix(UInt64(byte)) } }
        switch fault {
        case .kill(let rank): kill(rank)
        case .darken(let rank): darken(rank)
        case .comeBack(let rank): comeBack(rank)
        case .freeze(let rank): freeze(rank)
        case .thaw(let rank): thaw(rank)
        case .slow(let rank, let times): slow(rank, times: times)
        case .cut(let rank):
            if let link = uplink(of: rank.value) { cut(link) }
        case .raise(let partition): raise(partition)
        case .heal(let partition): heal(partition)
        case .drift(let rank, let perMillion):
            hasDrift = true
            host(rank).machine.clock.drift(perMillion: perMillion, at: now)
            rearm(host(rank))
        case .turn(let rank, let hostility): turn(rank, hostility)
        case .stranger(let rank, let stranger): knock(at: rank, stranger)
        case .killController: killController()
        }
    }

    private func rearm(_ host: WorldHost) {
        host.wakeAt = nil
        arm(host)
    }

    /// From now on a host works against the others; what is below it may be told anything.
    package func turn(_ rank: Rank, _ hostility: Hostility) {
        host(rank).hostility = hostility
        hostiles.insert(rank)
        taint(below: rank)
    }

    private func taint(below rank: Rank) {
        var waiting = [rank]
        while let next = waiting.popLast() {
            for link in openLinks(of: .host(next)) where link.parent == .host(next) {
                guard !host(link.child).isTainted else { continue }
                host(link.child).isTainted = true
                waiting.append(link.child)
            }
        }
    }

    /// Somebody who is no member knocks at a host, or at the root: nobody may open.
    private func knock(at rank: Rank, _ stranger: Fault.Stranger) {
        let other = WorldTools.rootKey
        var certificate = controller.certificate(
            rank: Rank(0), incarnation: 1, key: other, capabilities: [.relay])
        var key = other
        switch stranger {
        case .selfSigned:
            certificate.signature = WorldTools.sign(certificate.signedBytes(), with: other)
        case .otherOverlay:
            certificate = WorldTools.certificateOfAnotherOverlay(like: certificate)
        case .stolen:
            key = WorldTools.signerKey
        case .altered:
            certificate = WorldTools.altered(certificate)
        }
        if rank == .controller {
            guard isControllerAlive else { return }
            let refusal = controller.refusalOfChild(certificate, key: key, at: Instant(nanoseconds: now))
            if refusal == nil { violate(PreAuth.name, "the root would admit a stranger (\(stranger))") }
        } else if host(rank).isRunning, let node = host(rank).node {
            let refusal = node.refusalOfChild(certificate, key: key, at: localNow(host(rank)))
            if refusal == nil { violate(PreAuth.name, "\(rank) would admit a stranger (\(stranger))") }
        }
    }

    /// Every fault that can end ends: hosts wake, walls fall, machines are as fast as they were, hostile ones are taken
    /// out of their racks.
    package func calm() {
        calmAt = now
        heal()
        for host in hosts {
            host.machine.slowness = 1
            if !host.isHonest {
                kill(host.rank)
            } else if host.life == .frozen {
                thaw(host.rank)
            }
        }
    }
}
