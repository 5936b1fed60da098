import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

/// Drives one node on one event loop: events in, actions carried out, one timer.
///
/// The node itself stays with whoever owns it, as a value; the driver reaches it through three closures, so that its
/// own code exists once for relay and controller.
package final class NodeDriver {
    /// How the driver reaches the node.
    package struct Node {
        let handle: (Event, Instant, inout [Action]) -> Void
        let nextDeadline: () -> Instant?
        /// Why a peer's certificate does not do; with whom this node meant to reach, where it has opened the link.
        let refusal: (Certificate, PublicKey, _ dialled: Rank?) -> String?

        package init(
            handle: @escaping (Event, Instant, inout [Action]) -> Void, nextDeadline: @escaping () -> Instant?,
            refusal: @escaping (Certificate, PublicKey, _ dialled: Rank?) -> String?
        ) {
            self.handle = handle
            self.nextDeadline = nextDeadline
            self.refusal = refusal
        }
    }

    package let eventLoop: any EventLoop
    package let links = LinkTable()
    private let node: Node
    private let interpreter: ActionInterpreter
    private weak var common: (any NodeEffects)?
    private var events = CircularBuffer<Event>()
    private var isTurning = false
    private var isReading = false
    private var armed: (deadline: Instant, timer: Scheduled<Void>)?
    /// Links that this node has opened, with the node that was meant.
    private var dialled: [LinkID: Rank] = [:]
    private var isStopped = false

    package init(
        on eventLoop: any EventLoop, node: Node, common: any NodeEffects, agent: (any AgentEffects)? = nil,
        controller: (any ControllerEffects)? = nil
    ) {
        self.eventLoop = eventLoop
        self.node = node
        self.common = common
        interpreter = ActionInterpreter(links: links, common: common, agent: agent, controller: controller)
    }

    /// Hands the node an event. Its actions are carried out before this returns, unless a turn is under way already.
    package func post(_ event: Event) {
        guard !isStopped else { return }
        events.append(event)
        turn()
    }

    /// Calls the node directly (a client's request) and carries out the actions.
    package func call<Result>(_ body: (Instant, inout [Action]) -> Result) -> Result {
        var actions: [Action] = []
        let result = body(SystemClock.now, &actions)
        let wasTurning = isTurning
        isTurning = true
        for action in actions { interpreter.perform(action) }
        isTurning = wasTurning
        turn()
        return result
    }

    private func turn() {
        guard !isTurning else { return }
        isTurning = true
        var actions: [Action] = []
        while !isStopped, let event = events.popFirst() {
            node.handle(event, SystemClock.now, &actions)
            for action in actions { interpreter.perform(action) }
            actions.removeAll(keepingCapacity: true)
        }
        isTurning = false
        arm()
        if !isReading { links.flush() }
    }

    /// One timer of the event loop: moved only when the node wants to be called sooner.
    private func arm() {
        guard !isStopped, let deadline = node.nextDeadline() else { return }
        if let armed, armed.deadline <= deadline { return }
        armed?.timer.cancel()
        let now = SystemClock.now
        let delay = deadline > now ? Int64(clamping: deadline.nanoseconds - now.nanoseconds) : 0
        let timer = eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(delay)) { [weak self] () -> Void in
            self?.fire()
        }
        armed = (deadline, timer)
    }

    private func fire() {
        armed = nil
        if let deadline = node.nextDeadline(), deadline <= SystemClock.now { post(.timer) } else { arm() }
    }

    /// Makes the handler of a new connection. `rank`: whom this node dials by it (also over its launch channel); nil for
    /// one that somebody else opens.
    package func makeLink(_ role: LinkHandler.Role, keys: LinkKeys, to rank: Rank? = nil) -> LinkHandler {
        let link = LinkHandler(id: links.makeID(), role: role, keys: keys, owner: self)
        dialled[link.id] = rank
        links.add(link)
        return link
    }

    /// Nothing is handled any more; what is queued is written, then `done` is called.
    package func stop(then done: @escaping () -> Void) {
        isStopped = true
        armed?.timer.cancel()
        links.flushAll(on: eventLoop, then: done)
    }
}

extension NodeDriver: LinkOwner {
    package func refusal(of certificate: Certificate, key: PublicKey, on link: LinkHandler) -> String? {
        node.refusal(certificate, key, dialled[link.id])
    }

    package func opened(_ link: LinkHandler, _ certificate: Certificate) {
        let isDialled = dialled[link.id] != nil
        post(isDialled ? .parentLinkOpened(link.id, certificate) : .childLinkOpened(link.id, certificate))
    }

    package func received(_ message: Message, on link: LinkHandler) {
        isReading = true
        links.traffic.received.count(message, bytes: link.receivedFrameBytes)
        post(.message(link.id, message))
    }

    package func readEnded() {
        isReading = false
        links.flush()
    }

    package func closed(_ link: LinkHandler, reason: String, wasOpen: Bool) {
        links.remove(link.id)
        let rank = dialled.removeValue(forKey: link.id)
        if wasOpen {
            // The node says itself why it has lost its parent; of a child it reports only what is out of reach now.
            if rank == nil, !link.hasLeft, !isStopped {
                common?.linkEnded(
                    link.id, reason: "the link of \(link.peerName) was closed: \(reason)", wasOpen: true)
            }
            post(.linkClosed(link.id, reason))
        } else if let rank {
            post(.dialFailed(rank, reason))
        } else {
            // A stranger, or a child that failed: nothing of the tree is touched, and it is said once.
            common?.linkEnded(
                link.id, reason: "a connection from \(link.peerName) was closed: \(reason)", wasOpen: false)
        }
        isReading = false
        links.flush()
    }
}
