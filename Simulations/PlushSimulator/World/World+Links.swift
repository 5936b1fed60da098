import NIOCore
import PlushProtocol
import PlushTree
import PlushWire

extension World {
    /// A new link; the parent is told, the child is not.
    @discardableResult
    package func open(_ child: Rank, _ parent: Party, _ certificate: Certificate) -> WorldLink {
        let first = UInt64(links.count) * 2 + 1
        let host = host(child)
        var parentBoot = controllerLife
        if case .host(let rank) = parent { parentBoot = self.host(rank).boot }
        let link = WorldLink(
            child: child, parent: parent, childID: LinkID(first), parentID: LinkID(first + 1), childBoot: host.boot,
            parentBoot: parentBoot)
        links.append(link)
        host.add(link)
        if case .host(let rank) = parent { self.host(rank).add(link) }
        if !checkers.isEmpty { observe(.opened(link)) }
        give(parent, .childLinkOpened(link.parentID, certificate))
        return link
    }

    /// The link of which this is an end, and whether it is the child's.
    func link(_ id: LinkID) -> (link: WorldLink, isChild: Bool)? {
        guard id.value > 0, id.value <= UInt64(links.count) * 2 else { return nil }
        return (links[Int((id.value - 1) / 2)], id.value % 2 == 1)
    }

    /// Sends from whoever owns this end of the link.
    func send(_ message: Message, over id: LinkID) {
        guard let (link, isUp) = link(id) else { return fault("a message was sent over a link that never was") }
        guard !link.isClosing else { return }
        let from = link.party(isChild: isUp)
        if let hostility = host(of: from)?.hostility {
            return sendTwisted(message, hostility, on: link, isUp: isUp)
        }
        if !checkers.isEmpty { observe(.sent(message, link, isUp: isUp)) }
        guard let tamper else { return transmit(message, on: link, isUp: isUp) }
        for changed in tamper(from, link.party(isChild: !isUp), message) { transmit(changed, on: link, isUp: isUp) }
    }

    /// Says something in the name of one end, whatever that end itself says.
    func transmit(_ message: Message, on link: WorldLink, isUp: Bool) {
        var frame = ByteBuffer()
        message.encode(into: &frame)
        if !isUp, link.parent == .controller {
            records.rootSent[message.type, default: 0] += 1
            records.rootSentBytes += UInt64(frame.readableBytes)
        }
        transmit(frame, on: link, isUp: isUp, isBulk: message.isBulk)
    }

    /// Puts bytes on a link as they are; the receiver decodes them.
    package func transmit(_ frame: ByteBuffer, on link: WorldLink, isUp: Bool, isBulk: Bool = false) {
        let from = link.party(isChild: isUp)
        let departure = leave(from, bytes: frame.readableBytes, isBulk: isBulk)
        let parcel = Parcel.frame(frame, rootKnown: rootKnown(to: from))
        travel(parcel, on: link, isUp: isUp, at: departure, isBulk: isBulk)
    }

    /// A frame is opened, decoded and handed to the node.
    func take(_ frame: ByteBuffer, on link: WorldLink, isUp: Bool, rootKnown: UInt64) {
        guard !(isUp ? link.deafParent : link.deafChild), !link.isReset else { return }
        var bytes = frame
        do throws(WireError) {
            guard let cut = try FrameDecoder().next(from: &bytes) else { return fault("a frame was sent in part") }
            let message = try Message(type: cut.type, payload: cut.payload)
            countReceived(link.party(isChild: !isUp), bytes: frame.readableBytes)
            heard?(link.party(isChild: !isUp), message)
            if isUp {
                countAtRoot(message, frame.readableBytes, on: link)
            } else {
                hearFromAbove(link, rootKnown)
            }
            give(link.party(isChild: !isUp), .message(link.id(ofChild: !isUp), message))
        } catch {
            close(link.id(ofChild: !isUp), error.description)
        }
    }

    private func countAtRoot(_ message: Message, _ bytes: Int, on link: WorldLink) {
        guard link.parent == .controller else { return }
        records.rootReceived[message.type, default: 0] += 1
        records.rootReceivedBytes += UInt64(bytes)
        if case .results(let report) = message { records.issued[report.operation]?.reports += 1 }
    }

    /// The books of who can know what.
    private func hearFromAbove(_ link: WorldLink, _ rootKnown: UInt64) {
        let child = host(link.child)
        if let parent = host(of: link.parent), parent.isTainted || !parent.isHonest { child.isTainted = true }
        // A frozen machine hears nothing until it is woken; what it knows then is dated by its sender all the same.
        child.rootKnown = max(child.rootKnown, rootKnown)
    }

    func host(of party: Party) -> WorldHost? {
        switch party {
        case .controller: return nil
        case .host(let rank): return host(rank)
        }
    }

    /// Closes a link from the end that is named: it hears nothing more; the other end hears what was sent before.
    package func close(_ id: LinkID, _ reason: String) {
        guard let (link, isChild) = link(id) else { return fault("a link that never was is closed: \(reason)") }
        guard !(isChild ? link.deafChild : link.deafParent) else { return }
        if plan.isRecorded {
            records.closures.append((link.party(isChild: isChild), link.party(isChild: !isChild), reason))
        }
        if isChild { link.deafChild = true } else { link.deafParent = true }
        schedule(.closing(link, atChild: isChild, reason), at: now)
        guard !link.isClosing else { return }
        link.isClosing = true
        travel(.end("closed by peer"), on: link, isUp: isChild, at: now, isBulk: false)
    }

    /// Both ends learn that the link is gone, and nothing more arrives.
    package func cut(_ link: WorldLink) {
        guard !link.isClosing else { return }
        link.isClosing = true
        link.isReset = true
        travel(.end("connection reset"), on: link, isUp: true, at: now, isBulk: false)
        travel(.end("connection reset"), on: link, isUp: false, at: now, isBulk: false)
    }

    /// An end learns that its link is closed; once, whatever happens on the way.
    func tellClosed(_ link: WorldLink, atChild: Bool, _ reason: String) {
        guard !(atChild ? link.toldChild : link.toldParent) else { return }
        if atChild {
            link.toldChild = true
            link.deafChild = true
        } else {
            link.toldParent = true
            link.deafParent = true
        }
        link.isClosing = true
        give(link.party(isChild: atChild), .linkClosed(link.id(ofChild: atChild), reason))
    }

    /// The links of a party in the order in which they were made.
    package func openLinks(of party: Party) -> [WorldLink] {
        let all = host(of: party)?.links ?? links.filter { $0.parent == .controller }
        return all.filter { !$0.isClosing && isCurrent($0, of: party) }
    }

    private func isCurrent(_ link: WorldLink, of party: Party) -> Bool {
        guard let host = host(of: party) else { return link.parentBoot == controllerLife }
        return host.boot == (link.child == host.rank ? link.childBoot : link.parentBoot)
    }

    /// The open link from a child to its parent.
    package func uplink(of rank: UInt32) -> WorldLink? {
        openLinks(of: .host(Rank(rank))).last { $0.child == Rank(rank) }
    }
}

extension Message {
    /// Whether it gives way to all others.
    package var isBulk: Bool {
        switch self {
        case .output, .chunk: return true
        case .attach, .attachReply, .attachCommit, .heartbeat, .heartbeatReply, .beacon, .log, .subtree, .results,
            .credit, .leave, .detach, .lineage, .outputAcknowledgement, .redirect, .retire, .barrierEntries, .permits,
            .permitReport, .applicationReport:
            return false
        }
    }
}
