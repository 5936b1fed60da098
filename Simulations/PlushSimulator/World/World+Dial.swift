import PlushProtocol
import PlushTree
import PlushWire

/// Connections: made in a round trip, refused as the nodes say.
extension World {
    func dial(from host: WorldHost, _ parent: Bootstrap.Parent, attempt: UInt32 = 0) {
        let dial = Dial(child: host.rank, boot: host.boot, parent: parent, attempt: attempt)
        let target: Party = parent.rank == .controller ? .controller : .host(parent.rank)
        let roundTrip = latency(from: .host(host.rank), to: target) + latency(from: target, to: .host(host.rank))
        schedule(.connect(dial), afterNanoseconds: roundTrip)
    }

    func connect(_ dial: Dial) {
        let child = host(dial.child)
        guard child.boot == dial.boot, child.isRunning, let certificate = child.bootstrap?.certificate else { return }
        let isRoot = dial.parent.rank == .controller
        guard isRoot || Int(dial.parent.rank.value) < hosts.count else { return fail(dial, "no route to host") }
        let target: Party = isRoot ? .controller : .host(dial.parent.rank)
        if isBlocked(from: .host(dial.child), to: target) || isBlocked(from: target, to: .host(dial.child)) {
            return fail(dial, "no answer", afterMilliseconds: plan.dialMilliseconds)
        }
        if isRoot {
            guard isControllerAlive else { return fail(dial, "nobody there") }
            let (refusal, own) = controller.inPlace { root in
                (
                    root.refusalOfChild(certificate, key: child.key, at: Instant(nanoseconds: now)),
                    root.ownCertificate()
                )
            }
            return finishHandshake(dial, .controller, own, refusal: refusal)
        }
        let parent = host(dial.parent.rank)
        if parent.life == .dark { return fail(dial, "no answer", afterMilliseconds: plan.dialMilliseconds) }
        guard parent.isRunning, parent.hasNode, let own = parent.bootstrap?.certificate else {
            return fail(dial, "connection refused")
        }
        if parent.life == .frozen {
            // The kernel takes the connection; the handshake waits for the process.
            parent.dialsWhileFrozen.append(dial)
            return
        }
        let (key, time) = (child.key, localNow(parent))
        let refusal = parent.node?.inPlace { $0.refusalOfChild(certificate, key: key, at: time) }
        finishHandshake(dial, target, own, refusal: refusal)
    }

    private func fail(_ dial: Dial, _ reason: String, afterMilliseconds delay: UInt64 = 0) {
        schedule(
            .tell(.host(dial.child), boot: dial.boot, dialFailed(dial, reason)), afterNanoseconds: delay * 1_000_000)
    }

    private func dialFailed(_ dial: Dial, _ reason: String) -> Event {
        .dialFailed(dial.parent.rank, reason)
    }

    private func finishHandshake(_ dial: Dial, _ parent: Party, _ own: Certificate, refusal: String?) {
        if let refusal { return fail(dial, refusal) }
        let child = host(dial.child)
        guard child.hasNode, let certificate = child.bootstrap?.certificate else { return }
        let time = localNow(child)
        let refused = child.node?.inPlace { $0.refusalOfParent(own, key: own.key, dialled: dial.parent.rank, at: time) }
        if let refused { return fail(dial, refused) }
        let link = open(dial.child, parent, certificate)
        give(.host(dial.child), .parentLinkOpened(link.childID, own))
    }
}
