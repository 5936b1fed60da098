/// Times and sizes of the overlay protocol, each with its reason.
package enum ProtocolLimits {
    /// Between the root's beacons (P1 asks for 2 to 5 s).
    package static let beaconMilliseconds: UInt64 = 2_000
    /// Silence after which a peer counts as gone, before lag is added: several lost heartbeats, and longer than any
    /// pause that 1,000 agents starting on two cores were seen to suffer.
    package static let silenceFloorMilliseconds: UInt64 = 10_000
    /// Heartbeat intervals without a sign of life, where that is longer than the floor.
    package static let silentHeartbeats: UInt64 = 5
    /// Times the larger of own and peer's timer lag that is added to the threshold (rule 9).
    package static let lagFactor: UInt64 = 4
    /// Bulk bytes upward in flight per link. Eight segments of the largest size.
    package static let outputWindowBytes: UInt64 = 256 << 10
    /// Bulk bytes downward in flight per link. Four chunks: one being sent, one stored, two on the way.
    package static let chunkWindowBytes: UInt64 = 1 << 20
    /// Output of one command's stream that an agent holds, because the root does not have it, before it stops reading
    /// the command's pipe: more than the nodes of an ordinary path hold for folding.
    package static let ownOutputBytesMax = 512 << 10
    /// The same per node of a longer path, each of which may hold ``foldBytes``.
    package static let ownOutputBytesPerHop = 160 << 10
    /// Output that the root takes before it says how far it is.
    package static let acknowledgeBytes: UInt64 = 64 << 10
    /// How long it waits for more before it says so.
    package static let acknowledgeMilliseconds: UInt64 = 20
    /// One segment of output before compression. Smaller than the window by a factor, so that windows never jam.
    package static let segmentBytes = 32 << 10
    /// Bytes that a relay keeps of one operation in order to fold them with equal ones; less than one child's window,
    /// so that a child whose credit is used up has its bytes passed on rather than held.
    package static let foldBytes = 128 << 10
    /// After a command ended, how long its output may still be held open by something it left behind.
    package static let lingerMilliseconds: UInt64 = 200
    /// How long an agent that dissolves waits for its subtree before it leaves all the same.
    package static let dissolveMilliseconds: UInt64 = 5_000
    /// How long a host waits for the parent that its place in the shape names before it is given another.
    package static let placementPatienceMilliseconds: UInt64 = 3_000
    /// An adopter takes at most this many times the launch fan-out (rule 7).
    package static let adoptionFactor = 2
    /// Above the command's own time limit: how long the root waits for the answer before it calls the rank lost.
    package static let answerMarginMilliseconds: UInt64 = 30_000
    /// Certificates are valid for this much overlay time: a fresh handshake daily is due long before.
    package static let certificateMilliseconds: UInt64 = 30 * 24 * 3_600_000
    /// How long a relay waits for the rest of its subtree before it reports what it has: long enough that a quick
    /// command costs one report, short enough that a straggler hides nobody else.
    package static let flushMilliseconds: UInt64 = 5_000
    /// Closed operations whose ids are remembered so that a late start is refused.
    package static let tombstonesMax = 4_096
    /// Links that have been authenticated but have not committed; beyond it the oldest is closed.
    package static let uncommittedLinksMax = 64
    /// How long an authenticated link may take to commit.
    package static let commitMilliseconds: UInt64 = 10_000
    /// Milliseconds that a relay gathers joins below it into one report.
    package static let subtreeReportMilliseconds: UInt64 = 5

    // MARK: - Mending the tree

    /// Between two dials of a search, whatever became of the first (rule 7).
    package static let dialIntervalMilliseconds: UInt64 = 300
    /// How long a candidate may take from the dial to its answer.
    package static let attachPatienceMilliseconds: UInt64 = 6_000
    /// The longest pause before a round of a search, and before a full candidate is asked again.
    package static let searchPauseMilliseconds: UInt64 = 4_000
    /// How often a node lets itself be sent on (rule 7).
    package static let redirectsMax = 2
    /// What a full node asks for before it is tried again.
    package static let busyMilliseconds: UInt32 = 1_000
    /// What a node asks for that has not applied all that the asking one has.
    package static let behindMilliseconds: UInt32 = 150
    /// Contacts that a node passes on.
    package static let lineageContactsMax = 12
    /// Siblings among them.
    package static let siblingContactsMax = 3
    /// Contacts that a full node names.
    package static let busyContactsMax = 8
    /// A node whose root is older than this, or than a quarter of the lease, takes nobody in (rule 7): several beacons.
    package static let freshMilliseconds: UInt64 = 8_000
    /// A node whose root is older than this, or than two fifths of the lease, looks for another parent, later the deeper
    /// it stands (rule 8).
    package static let staleMilliseconds: UInt64 = 12_000
    /// The same per level of depth: whoever is nearer to the root goes first, and takes its subtree along.
    package static let stalePerLevelMilliseconds: UInt64 = 1_000
    /// How long the root waits for ranks whose path is gone: their own detection of the silence, and a search.
    package static let absenceMilliseconds: UInt64 = 15_000
    /// The same for a node whose own link was closed by its end: a broken connection is mended at once, a dead process
    /// never.
    package static let closedAbsenceMilliseconds: UInt64 = 5_000
    /// Who is away for less than this was only on the move.
    package static let awayMilliseconds: UInt64 = 1_000
    /// Heartbeats with too many children before one is sent on: storms settle by themselves.
    package static let crowdedBeats = 3
    /// How long a child that found no other parent is left in peace.
    package static let redirectAgainMilliseconds: UInt64 = 30_000
    /// A relay is slow when its round trip or timer lag is above this, and this many times that of its siblings, at so
    /// many heartbeats in a row.
    package static let slowFloorMilliseconds: UInt64 = 100
    package static let slowFactor: UInt64 = 5
    package static let slowBeats = 3
}
