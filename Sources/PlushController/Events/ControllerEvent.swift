import PlushTree
import PlushWire

/// What happens in a run, in the order in which the controller learns of it.
public enum ControllerEvent: Sendable {
    /// The parts of an application's life.
    public enum Phase: String, Sendable, CaseIterable {
        /// Packages are fetched and read.
        case resources
        /// The tree of agents is built.
        case launch
        /// Software goes down the tree.
        case transfer
        /// Everybody waits until the software is installed everywhere it has to be.
        case barrier
        /// Commands run.
        case execution
        /// Outputs come back.
        case collection
        /// Clean-up commands run.
        case cleanup
        /// Agents stop and leave.
        case shutdown
    }

    /// How far a phase has come, in hosts.
    public struct Progress: Sendable {
        /// Which phase.
        public let phase: Phase
        /// Hosts concerned.
        public let total: Int
        /// Hosts on which the phase's work has begun.
        public let started: Int
        /// Hosts on which it has ended.
        public let ended: Int
        /// How it has ended, where that is known: hosts per kind, none of them 0.
        public var outcomes: [Outcome.Kind: Int] = [:]
    }

    /// A piece of output, equal on all of `ranks`.
    public struct Output: Sendable {
        /// The command it comes from: its name in the specification, or the command itself.
        public let name: String
        /// Where it comes from.
        public let ranks: RankSet
        /// Whether it is standard error.
        public let isError: Bool
        /// Its place in the stream of each of the ranks, from 0.
        public let number: UInt32
        /// The bytes.
        public let bytes: [UInt8]
        /// Whether the stream of these ranks ends with it.
        public let isLast: Bool
    }

    /// What an application said through its socket.
    public struct Saying: Sendable {
        /// The process, as in the specification.
        public let name: String
        /// Where.
        public let ranks: RankSet
        /// How far it has come, in thousandths; nil where it said something else.
        public let progressThousandths: Int?
        /// What else it said.
        public let text: String
    }

    /// A phase begins; `detail` names the application or configuration where there are several.
    case phase(Phase, detail: String)
    /// Counts of the present phase have changed.
    case progress(Progress)
    /// A host is in the tree, below `parent` (`Rank.controller`: below the controller itself).
    case joined(Rank, parent: Rank)
    /// Hosts could not be brought into the tree; `remedy` says what to try.
    case unreachable(RankSet, cause: String, remedy: String)
    /// A host has another parent than before (`Rank.controller`: the controller itself): the tree has been mended, or
    /// evened out.
    case moved(Rank, from: Rank, to: Rank)
    /// There is no path to hosts of the tree; what runs there goes on, and they are waited for.
    case away(RankSet, relay: Rank, cause: String)
    /// Hosts that were away are there again.
    case returned(RankSet)
    /// Relays pass nothing on any more, because they are far slower than those beside them.
    case retired(RankSet)
    /// Hosts of the tree are out of reach for good; `path` leads from the controller to the relay concerned.
    case lost(RankSet, relay: Rank, path: [Rank], cause: String)
    /// A spare of the pool has taken a host's place.
    case replaced(Rank, by: Rank)
    /// A command begins on these hosts.
    case started(name: String, ranks: RankSet)
    /// Output of a command.
    case output(Output)
    /// A command (or a transfer, a collection, a clean-up) has ended on these hosts in this way.
    case outcome(name: String, phase: Phase, outcome: Outcome, ranks: RankSet)
    /// Hosts have entered a barrier, it is released, or somebody comes late.
    case barrier(Barrier)
    /// Applications say how far they are, or something of their own.
    case said(Saying)
    /// Something that a user should know and that is no failure of the run.
    case warning(String)
}
