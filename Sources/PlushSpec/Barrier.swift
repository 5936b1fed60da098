import PlushTree

/// A barrier of a configuration: hosts of all clusters that name it wait for one another there.
public struct Barrier: Sendable, Equatable {
    /// What is run when hosts are missing, and decides what becomes of them.
    public struct Stragglers: Sendable, Equatable {
        /// Where the command runs.
        public enum Place: String, Sendable, CaseIterable {
            /// On the controller's machine.
            case controller
            /// On each host that waits at the barrier; the most frequent answer counts.
            case hosts
        }

        /// A shell line.
        public var command: String
        /// How long after the first entry it is asked, and after each answer `wait` again.
        public var after: BarrierDelay
        /// Where it runs.
        public var place: Place

        /// Makes a callback.
        public init(
            command: String, after: BarrierDelay = BarrierDelay(milliseconds: 30_000), place: Place = .controller
        ) {
            self.command = command
            self.after = after
            self.place = place
        }
    }

    /// Who enters.
    public enum Kind: Sendable, Equatable {
        /// Hosts, when what stands before it in `<execution>` has ended well.
        case hosts
        /// Processes, through their sockets.
        case processes
    }

    /// The name, unique in the configuration.
    public var name: String
    /// Who enters.
    public var kind: Kind
    /// When it lets through, and how.
    public var policy: BarrierPolicy
    /// What to do about hosts that are missing; nil: nothing.
    public var stragglers: Stragglers?
    /// The line of the element that says so, from 1.
    public var line: Int

    /// Makes a barrier.
    public init(
        name: String, kind: Kind, policy: BarrierPolicy = BarrierPolicy(), stragglers: Stragglers? = nil, line: Int
    ) {
        self.name = name
        self.kind = kind
        self.policy = policy
        self.stragglers = stragglers
        self.line = line
    }
}
