import PlushProtocol
import PlushTree
import PlushWire

/// What there is to see, in the order in which it happens.
package enum Observation {
    /// A node has handled an event and its actions have been carried out.
    case stepped(WorldHost, Event)
    case rootStepped(Event)
    /// A node sends a message of its own (not what a hostile one makes of it).
    case sent(Message, WorldLink, isUp: Bool)
    case opened(WorldLink)
    case spawned(OperationID, RunTask, WorldHost)
    /// The controller writes a batch to its journal.
    case appended(SignedBatch)
    case noticed(ControllerNotice)
    /// Output for whoever asked.
    case delivered(OutputSegment)
    /// A heartbeat interval has passed: the time for looks at the whole world.
    case audited
    /// The faults have been over for the time that the protocol may take, and nothing is going on.
    case quiet
}

extension World {
    /// Whether a rank's facts may have been changed by somebody hostile on their way: nothing is held against them.
    func isTainted(_ rank: Rank) -> Bool {
        guard Int(rank.value) < hosts.count else { return false }
        let host = host(rank)
        return host.isTainted || !host.isHonest
    }

    func tainted(among ranks: RankSet) -> RankSet {
        hostiles.isEmpty ? RankSet() : RankSet(ranks.filter { isTainted($0) })
    }
}
