import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// How agents come to be.
extension World {
    func startAgent(_ rank: Rank) {
        let host = host(rank)
        // Starting is serial work of the controller's machine; what follows goes on side by side.
        startsUntil = max(startsUntil, now) + root.time(for: plan.cost.startNanoseconds)
        if plan.cost.startNanoseconds == 0, root.slowness == 1 { startsUntil = now }
        let life = controllerLife
        switch plan.starts[rank.value] {
        case .answers(let milliseconds):
            schedule(.hello(rank, boot: host.boot), at: startsUntil + milliseconds * 1_000_000)
        case .neverAttaches, nil:
            let time = startsUntil + plan.cost.connect.draw(&random) * host.machine.slowness
            schedule(.hello(rank, boot: host.boot), at: time)
        case .fails(let reason):
            schedule(
                .tell(.controller, boot: life, .agentFailed(rank, reason)), at: startsUntil + 1_000_000)
        case .neverAnswers:
            break
        }
    }

    func hello(_ rank: Rank, boot: UInt32) {
        let host = host(rank)
        guard host.boot == boot, host.life == .absent else { return }
        host.life = .running
        let hello = AgentHello(
            version: WireLimits.version, key: host.key, port: UInt16(truncatingIfNeeded: 1_000 + rank.value),
            processID: Int32(rank.value), build: "world")
        give(.controller, .agentHello(rank, hello, .loopback(port: hello.port)))
    }

    func sendBootstrap(_ rank: Rank, _ bootstrap: Bootstrap) {
        if case .neverAttaches = plan.starts[rank.value] { return }
        var frame = ByteBuffer()
        LaunchMessage.bootstrap(bootstrap).encode(into: &frame)
        let departure = leave(.controller, bytes: frame.readableBytes, isBulk: false)
        let time = departure + latency(from: .controller, to: .host(rank))
        schedule(.bootstrap(rank, boot: host(rank).boot, frame), at: time)
    }

    func join(_ rank: Rank, boot: UInt32, _ frame: ByteBuffer) {
        let host = host(rank)
        var bytes = frame
        guard host.boot == boot, host.isRunning, !host.hasNode,
            let cut = try? FrameDecoder().next(from: &bytes), case .bootstrap(let received) = try? LaunchMessage(cut)
        else { return }
        if host.life == .frozen {
            return schedule(.bootstrap(rank, boot: boot, frame), afterMilliseconds: 10)
        }
        host.bootstrap = received
        // The core takes the launch channel for live when the bootstrap comes over it, and so counts the root's age from
        // here, not from when the root sent it. That is off by the bootstrap's way, and the lease is longer than a start
        // may take; the books allow exactly that.
        host.rootKnown = now
        var node = RelayNode(
            received, at: localNow(host), tools: WorldTools.content(provingWith: host.key), rules: plan.rules)
        var actions: [Action] = []
        node.start(at: localNow(host), into: &actions)
        host.node = node
        interpret(actions, of: host)
        arm(host)
    }

    func abandon(_ rank: Rank) {
        let delay = plan.latency.base(from: root.site, to: host(rank).machine.site)
        schedule(.abandon(rank), afterNanoseconds: delay)
    }
}
