import PlushTree
import PlushWire

/// Slow relays become leaves, and whoever adopted more children than the shape gives it sends some on. Looked at once
/// per heartbeat; a child is moved when it has found another parent, and nothing of its work is touched.
extension ChildTable {
    /// Looks after the children; returns relays that were told to be leaves.
    ///
    /// - Parameters:
    ///   - fanout: children that the shape gives a node.
    ///   - own: where this node itself can be reached: whoever leaves a slow relay may come here.
    ///   - lag: of this node: what it is itself the cause of is not held against anybody.
    package mutating func care(
        fanout: Int, own: Contact?, lag: LagMeter, at now: Instant, into actions: inout [Action]
    ) -> [Rank] {
        sendSurplusOn(fanout: fanout, at: now, into: &actions)
        return retireSlow(own: own, lag: lag, into: &actions)
    }

    // MARK: - Too many

    private mutating func sendSurplusOn(fanout: Int, at now: Instant, into actions: inout [Action]) {
        guard attachedCount > fanout else {
            crowdedBeats = 0
            return
        }
        crowdedBeats += 1
        guard crowdedBeats >= ProtocolLimits.crowdedBeats else { return }
        // One at a time: two that are sent on at once would be sent to each other.
        let isOnItsWay = all.contains { child in
            guard let asked = child.redirectedAt else { return false }
            return now.milliseconds(since: asked) < ProtocolLimits.attachPatienceMilliseconds
        }
        guard !isOnItsWay else { return }
        let movable = all.filter { child in
            guard child.isAttached, let asked = child.redirectedAt else { return child.isAttached }
            return now.milliseconds(since: asked) >= ProtocolLimits.redirectAgainMilliseconds
        }
        guard let child = movable.min(by: { ($0.subtree.count, $0.rank) < ($1.subtree.count, $1.rank) }) else { return }
        let contacts = contacts(except: child.rank, atMost: ProtocolLimits.busyContactsMax)
        guard !contacts.isEmpty else { return }
        update(child.link) { $0.redirectedAt = now }
        actions.append(.send(child.link, .redirect(contacts)))
    }

    // MARK: - Too slow

    private mutating func retireSlow(own: Contact?, lag: LagMeter, into actions: inout [Action]) -> [Rank] {
        let relays = all.filter { $0.isAttached && $0.subtree.count > 1 && !$0.isRetired }
        guard !relays.isEmpty, attachedCount >= 2 else { return [] }
        let delays = all.filter(\.isAttached).map(\.delayMilliseconds).sorted()
        let limit = max(
            ProtocolLimits.slowFloorMilliseconds,
            ProtocolLimits.slowFactor * (delays[(delays.count - 1) / 2] + 1),
            ProtocolLimits.lagFactor * lag.milliseconds)
        var retired: [Rank] = []
        for child in relays {
            guard child.delayMilliseconds > limit else {
                update(child.link) { $0.slowBeats = 0 }
                continue
            }
            update(child.link) { $0.slowBeats += 1 }
            guard child.slowBeats + 1 >= ProtocolLimits.slowBeats else { continue }
            update(child.link) { $0.isRetired = true }
            let contacts = contacts(except: child.rank, atMost: ProtocolLimits.busyContactsMax - 1)
            actions.append(.send(child.link, .retire((own.map { [$0] } ?? []) + contacts)))
            retired.append(child.rank)
        }
        return retired
    }
}

extension ChildTable.Child {
    /// How late this child is: on the wire and back, or in its own timers.
    package var delayMilliseconds: UInt64 {
        max(roundTripMilliseconds, lagMilliseconds)
    }
}
