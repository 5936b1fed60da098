import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

extension World {
    package func dial(from host: WorldHost, _ parent: Bootstrap.Parent) {
        schedule(afterNanoseconds: 2 * plan.latencyNanoseconds) { [unowned self] in
            connect(host, parent)
        }
    }

    private func connect(_ child: WorldHost, _ parent: Bootstrap.Parent) {
        guard child.isRunning, let certificate = child.bootstrap?.certificate else { return }
        if parent.rank == .controller {
            guard isControllerAlive else { return give(.host(child.rank), .dialFailed("nobody there")) }
            let refusal = controller.refusalOfChild(certificate, key: child.key, at: Instant(nanoseconds: now))
            let own = controller.ownCertificate()
            finishHandshake(child, .controller, own, refusal: refusal)
            return
        }
        let target = host(parent.rank)
        guard target.isRunning, let node = target.node, let own = target.bootstrap?.certificate else {
            return give(.host(child.rank), .dialFailed("connection refused"))
        }
        if target.life == .frozen {
            // The kernel takes the connection; the handshake waits for the process.
            target.dialsWhileFrozen.append { [unowned self] in connect(child, parent) }
            return
        }
        let refusal = node.refusalOfChild(certificate, key: child.key, at: localNow(target))
        finishHandshake(child, .host(parent.rank), own, refusal: refusal)
    }

    private func finishHandshake(_ child: WorldHost, _ parent: Party, _ own: Certificate, refusal: String?) {
        if let refusal { return give(.host(child.rank), .dialFailed(refusal)) }
        if let refusal = child.node?.refusalOfParent(own, key: own.key, at: localNow(child)) {
            return give(.host(child.rank), .dialFailed(refusal))
        }
        guard let certificate = child.bootstrap?.certificate else { return }
        let link = open(child.rank, parent, certificate)
        give(.host(child.rank), .parentLinkOpened(link.childID, own))
    }

    /// A new link; the parent is told, the child is not.
    @discardableResult
    package func open(_ child: Rank, _ parent: Party, _ certificate: Certificate) -> WorldLink {
        let link = WorldLink(
            child: child, parent: parent, childID: LinkID(nextLink), parentID: LinkID(nextLink + 1))
        nextLink += 2
        links[link.childID] = link
        links[link.parentID] = link
        give(parent, .childLinkOpened(link.parentID, certificate))
        return link
    }

    /// Sends from whoever owns this end of the link.
    package func send(_ message: Message, over id: LinkID) {
        guard let link = links[id] else { return fault("a message was sent over a link that never was") }
        let isUp = id == link.childID
        guard !link.isClosing else { return }
        let from = isUp ? Party.host(link.child) : link.parent
        let to = isUp ? link.parent : Party.host(link.child)
        for changed in tamper.map({ $0(from, to, message) }) ?? [message] {
            count(changed, on: link, isUp: isUp)
            var frame = ByteBuffer()
            changed.encode(into: &frame)
            transmit(frame, on: link, isUp: isUp, isBulk: changed.isBulk)
        }
    }

    /// Puts bytes on a link as they are; the receiver decodes them.
    package func transmit(_ frame: ByteBuffer, on link: WorldLink, isUp: Bool, isBulk: Bool = false) {
        let cost = UInt64(frame.readableBytes) * plan.nanosecondsPerByte
        let sent =
            isUp
            ? link.upward.send(cost: cost, isBulk: isBulk, at: now)
            : link.downward.send(cost: cost, isBulk: isBulk, at: now)
        schedule(at: sent + plan.latencyNanoseconds) { [unowned self] in arrive(frame, on: link, isUp: isUp) }
    }

    private func arrive(_ frame: ByteBuffer, on link: WorldLink, isUp: Bool) {
        guard !(isUp ? link.deafParent : link.deafChild) else { return }
        var bytes = frame
        do throws(WireError) {
            guard let cut = try FrameDecoder().next(from: &bytes) else { return fault("a frame was sent in part") }
            let message = try Message(type: cut.type, payload: cut.payload)
            if isUp, link.parent == .controller { rootReceived[message.type, default: 0] += 1 }
            give(isUp ? link.parent : .host(link.child), .message(isUp ? link.parentID : link.childID, message))
        } catch {
            close(isUp ? link.parentID : link.childID, error.description)
        }
    }

    /// Closes a link from the end that is named: it hears nothing more; the other end hears what was sent before.
    package func close(_ id: LinkID, _ reason: String) {
        guard let link = links[id] else { return fault("a link that never was is closed: \(reason)") }
        guard !link.isClosing else { return }
        let isChild = id == link.childID
        closures.append(
            (isChild ? .host(link.child) : link.parent, isChild ? link.parent : .host(link.child), reason))
        link.isClosing = true
        if isChild { link.deafChild = true } else { link.deafParent = true }
        let lane = isChild ? link.upward : link.downward
        let last = max(lane.control, lane.bulk, now) + plan.latencyNanoseconds
        schedule(afterNanoseconds: 0) { [unowned self] in
            give(isChild ? .host(link.child) : link.parent, .linkClosed(id, reason))
        }
        schedule(at: last) { [unowned self] in
            if isChild { link.deafParent = true } else { link.deafChild = true }
            give(
                isChild ? link.parent : .host(link.child),
                .linkClosed(isChild ? link.parentID : link.childID, "closed by peer"))
        }
    }

    /// Both ends learn that the link is gone, and nothing more arrives.
    package func cut(_ link: WorldLink) {
        guard !link.isClosing else { return }
        link.isClosing = true
        link.deafChild = true
        link.deafParent = true
        schedule(afterNanoseconds: plan.latencyNanoseconds) { [unowned self] in
            give(link.parent, .linkClosed(link.parentID, "connection reset"))
            give(.host(link.child), .linkClosed(link.childID, "connection reset"))
        }
    }

    /// The links of a party in the order in which they were made.
    package func openLinks(of party: Party) -> [WorldLink] {
        links.filter { $0.key == $0.value.childID }.values
            .filter { !$0.isClosing && ($0.parent == party || Party.host($0.child) == party) }
            .sorted { $0.childID.value < $1.childID.value }
    }

    /// The open link from a child to its parent.
    package func uplink(of rank: UInt32) -> WorldLink? {
        openLinks(of: .host(Rank(rank))).last { $0.child == Rank(rank) }
    }

    /// The world's own account of credit (rule 10), from what is on the wire alone.
    private func count(_ message: Message, on link: WorldLink, isUp: Bool) {
        if !isUp, link.parent == .controller { rootSent[message.type, default: 0] += 1 }
        switch message {
        case .output(let segment):
            link.outputSent += segment.creditBytes
            if link.outputSent > link.outputGranted { fault("rank \(link.child) sent output beyond its credit") }
        case .chunk(let chunk):
            countChunk(chunk, on: link)
        case .attachReply(.accepted(let acceptance)):
            link.outputGranted = max(link.outputGranted, acceptance.credit)
        case .credit(let total):
            if isUp {
                link.chunksGranted = max(link.chunksGranted, total)
            } else {
                link.outputGranted = max(link.outputGranted, total)
            }
        case .attach, .attachReply, .attachCommit, .heartbeat, .heartbeatReply, .beacon, .log, .subtree, .results,
            .leave:
            break
        }
    }

    private func countChunk(_ chunk: FileChunk, on link: WorldLink) {
        link.chunksSent += chunk.creditBytes
        if link.chunksSent > link.chunksGranted { fault("rank \(link.child) was sent chunks beyond its credit") }
    }
}

extension Message {
    /// Whether it gives way to all others.
    package var isBulk: Bool {
        switch self {
        case .output, .chunk: return true
        case .attach, .attachReply, .attachCommit, .heartbeat, .heartbeatReply, .beacon, .log, .subtree, .results,
            .credit, .leave:
            return false
        }
    }
}
