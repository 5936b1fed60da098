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
    /// Output of one command's stream that an agent holds before it stops reading the command's pipe.
    package static let ownOutputBytesMax = 256 << 10
    /// What it must have fallen to before the pipe is read again; above `foldBytes`, which folding holds for good.
    package static let ownOutputResumeBytes = 160 << 10
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
}
