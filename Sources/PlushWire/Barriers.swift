import PlushTree

/// A barrier's name: barriers of different applications never meet.
package struct BarrierKey: WireValue, CustomStringConvertible {
    package let application: String
    package let name: String

    package init(application: String, name: String) {
        self.application = application
        self.name = name
    }

    package func write(to writer: inout WireWriter) {
        writer.text(application)
        writer.text(name)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        application = try reader.text("application")
        name = try reader.text("barrier")
    }

    package var description: String {
        "\(application)/\(name)"
    }
}

/// A barrier begins to exist; the body of a log record. What agents have to know of its policy, and no more: when
/// enough have entered is the root's decision.
package struct BarrierOpening: WireValue {
    /// What an agent waits for besides the release.
    package enum Throttle: UInt8, Hashable, Sendable {
        /// Nothing.
        case none = 0
        /// A permit that comes back (rule 12).
        case permits = 1
        /// A pass that is used up, or expires (a fixed rate).
        case passes = 2
    }

    /// An application's directory on a host whose processes enter through their sockets.
    package struct Member: WireValue {
        package let application: String
        /// Processes of it on each host: a host has entered when all of them have.
        package let processes: UInt32

        package init(application: String, processes: UInt32) {
            self.application = application
            self.processes = processes
        }

        package func write(to writer: inout WireWriter) {
            writer.text(application)
            writer.varint(processes)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            application = try reader.text("member application")
            processes = try reader.varint32("member processes")
        }
    }

    package let key: BarrierKey
    package let participants: TargetSet
    /// Empty where agents enter by themselves, between operations.
    package let members: [Member]
    /// How often a relay reports entries while its subtree is not complete; 0: only then, or when its budget ends.
    package let reportIntervalMilliseconds: UInt32
    package let throttle: Throttle
    package let refusesLatecomers: Bool

    package init(
        key: BarrierKey, participants: TargetSet, members: [Member] = [], reportIntervalMilliseconds: UInt32,
        throttle: Throttle = .none, refusesLatecomers: Bool = false
    ) {
        self.key = key
        self.participants = participants
        self.members = members
        self.reportIntervalMilliseconds = reportIntervalMilliseconds
        self.throttle = throttle
        self.refusesLatecomers = refusesLatecomers
    }

    package func write(to writer: inout WireWriter) {
        key.write(to: &writer)
        participants.write(to: &writer)
        writer.list(members)
        writer.varint(reportIntervalMilliseconds)
        writer.fixed(throttle.rawValue)
        writer.flag(refusesLatecomers)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        key = try BarrierKey(from: &reader)
        participants = try TargetSet(from: &reader)
        members = try reader.list(Member.self, "members")
        reportIntervalMilliseconds = try reader.varint32("report interval")
        guard let throttle = Throttle(rawValue: try reader.fixed(UInt8.self, "throttle")) else {
            throw WireError(.malformed, "throttle")
        }
        self.throttle = throttle
        refusesLatecomers = try reader.flag("refuses latecomers")
    }
}

/// Participants that a barrier no longer waits for: decided by the root, so that all percentages mean the same.
package struct BarrierDrop: WireValue {
    package let key: BarrierKey
    package let ranks: RankSet

    package init(key: BarrierKey, ranks: RankSet) {
        self.key = key
        self.ranks = ranks
    }

    package func write(to writer: inout WireWriter) {
        key.write(to: &writer)
        ranks.write(to: &writer)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        key = try BarrierKey(from: &reader)
        ranks = try RankSet(from: &reader)
    }
}

/// Entries of one generation on their way up, merged over a subtree: facts per rank (P4).
package struct BarrierEntries: WireValue {
    /// Ranks that entered at about one time.
    package struct Arrivals: WireValue {
        /// How long before this message was sent, by the sender's clock: no two clocks need to agree.
        package let ageMilliseconds: UInt64
        package let ranks: RankSet

        package init(ageMilliseconds: UInt64, ranks: RankSet) {
            self.ageMilliseconds = ageMilliseconds
            self.ranks = ranks
        }

        package func write(to writer: inout WireWriter) {
            writer.varint(ageMilliseconds)
            ranks.write(to: &writer)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            ageMilliseconds = try reader.varint("arrival age")
            ranks = try RankSet(from: &reader)
        }
    }

    package let key: BarrierKey
    package let generation: UInt64
    package let arrivals: [Arrivals]

    package init(key: BarrierKey, generation: UInt64, arrivals: [Arrivals]) {
        self.key = key
        self.generation = generation
        self.arrivals = arrivals
    }

    package var ranks: RankSet {
        arrivals.reduce(into: RankSet()) { $0.formUnion($1.ranks) }
    }

    package func write(to writer: inout WireWriter) {
        key.write(to: &writer)
        writer.varint(generation)
        writer.list(arrivals)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        key = try BarrierKey(from: &reader)
        generation = try reader.varint("generation")
        arrivals = try reader.list(Arrivals.self, max: WireLimits.arrivalsMax, "arrivals")
    }
}

/// Permits, numbered; printed and merged like ranks.
package typealias TokenSet = RankSet

/// Permits on their way down, as leases of a subtree (rule 12).
package struct PermitLease: WireValue {
    package let key: BarrierKey
    package let generation: UInt64
    package let tokens: TokenSet
    /// Grows with every lease that the root gives of a token: an old one is told from a new one by it.
    package let grant: UInt64
    /// In overlay time; 0: valid until returned.
    package let expiryMilliseconds: UInt64
    /// Permits that the receiver is asked to give back as they come free: the limit has gone down.
    package let recalled: UInt32

    package init(
        key: BarrierKey, generation: UInt64, tokens: TokenSet, grant: UInt64, expiryMilliseconds: UInt64 = 0,
        recalled: UInt32 = 0
    ) {
        self.key = key
        self.generation = generation
        self.tokens = tokens
        self.grant = grant
        self.expiryMilliseconds = expiryMilliseconds
        self.recalled = recalled
    }

    package func write(to writer: inout WireWriter) {
        key.write(to: &writer)
        writer.varint(generation)
        tokens.write(to: &writer)
        writer.varint(grant)
        writer.varint(expiryMilliseconds)
        writer.varint(recalled)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        key = try BarrierKey(from: &reader)
        generation = try reader.varint("generation")
        tokens = try TokenSet(from: &reader)
        grant = try reader.varint("grant")
        expiryMilliseconds = try reader.varint("expiry")
        recalled = try reader.varint32("recalled")
    }
}

/// What became of permits in a subtree, on its way up.
package struct PermitReport: WireValue {
    /// Permits that a node has, with the grant under which they came.
    package struct Held: WireValue {
        package let tokens: TokenSet
        package let grant: UInt64

        package init(tokens: TokenSet, grant: UInt64) {
            self.tokens = tokens
            self.grant = grant
        }

        package func write(to writer: inout WireWriter) {
            tokens.write(to: &writer)
            writer.varint(grant)
        }

        package init(from reader: inout WireReader) throws(WireError) {
            tokens = try TokenSet(from: &reader)
            grant = try reader.varint("grant")
        }
    }

    package let key: BarrierKey
    package let generation: UInt64
    /// Ranks that went through with a permit.
    package var passed: RankSet
    /// Of those, ranks that have given theirs back.
    package var finished: RankSet
    /// Permits given back to the receiver.
    package var returned: TokenSet
    /// Permits of a subtree whose link was lost: they count as held until they turn up or its lease has passed.
    package var lost: TokenSet
    /// Permits that a node brought along when it attached.
    package var adopted: [Held]

    package init(
        key: BarrierKey, generation: UInt64, passed: RankSet = RankSet(), finished: RankSet = RankSet(),
        returned: TokenSet = TokenSet(), lost: TokenSet = TokenSet(), adopted: [Held] = []
    ) {
        self.key = key
        self.generation = generation
        self.passed = passed
        self.finished = finished
        self.returned = returned
        self.lost = lost
        self.adopted = adopted
    }

    package func write(to writer: inout WireWriter) {
        key.write(to: &writer)
        writer.varint(generation)
        passed.write(to: &writer)
        finished.write(to: &writer)
        returned.write(to: &writer)
        lost.write(to: &writer)
        writer.list(adopted)
    }

    package init(from reader: inout WireReader) throws(WireError) {
        key = try BarrierKey(from: &reader)
        generation = try reader.varint("generation")
        passed = try RankSet(from: &reader)
        finished = try RankSet(from: &reader)
        returned = try TokenSet(from: &reader)
        lost = try TokenSet(from: &reader)
        adopted = try reader.list(Held.self, "adopted permits")
    }
}
