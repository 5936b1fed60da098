/// The rules by which the tree mends itself, one switch each. All are on; a simulation turns one off to see that the
/// checker that guards it is not blind.
package struct RepairRules: Sendable {
    /// A node that is in its would-be parent's path, or has a node of that path below it, does not attach there, and
    /// leaves a parent whose path leads through itself (rule 7).
    package var refusesCycles = true
    /// Only a node that knows the root to be alive takes others in (rule 7).
    package var adoptsWhenFresh = true
    /// A node takes at most twice its fan-out of children (rule 7).
    package var limitsDegree = true
    /// A node with a new parent says again all that it knows of open operations (rule 17).
    package var repeatsFacts = true
    /// The root asks for output again that may have been on its way through a node that is gone (rule 5).
    package var asksForOutput = true
    /// Output is held by its producer until the root has it (rule 5).
    package var keepsOutput = true
    /// The root takes each segment of a rank once, and in order (rule 6).
    package var countsSegments = true
    /// A new parent goes on with a transfer where the old one stopped.
    package var resumesTransfers = true
    /// A parent replays the records that a child lacks (P3).
    package var replaysLog = true
    /// The root believes what is said of a rank's place only with that rank's own proof (rule 16).
    package var demandsProof = true
    /// Of two edges of a rank, the one with the higher stamp is true (P2).
    package var comparesStamps = true
    /// A node that has lost the root ends with its lease (rule 8).
    package var endsWithLease = true

    package init() {}

    /// All rules but one.
    package init(without rule: RepairRule) {
        switch rule {
        case .refusesCycles: refusesCycles = false
        case .adoptsWhenFresh: adoptsWhenFresh = false
        case .limitsDegree: limitsDegree = false
        case .repeatsFacts: repeatsFacts = false
        case .asksForOutput: asksForOutput = false
        case .keepsOutput: keepsOutput = false
        case .countsSegments: countsSegments = false
        case .resumesTransfers: resumesTransfers = false
        case .replaysLog: replaysLog = false
        case .demandsProof: demandsProof = false
        case .comparesStamps: comparesStamps = false
        case .endsWithLease: endsWithLease = false
        }
    }
}

/// The rules by name.
package enum RepairRule: String, CaseIterable, Sendable {
    case refusesCycles, adoptsWhenFresh, limitsDegree, repeatsFacts, asksForOutput, keepsOutput, countsSegments,
        resumesTransfers, replaysLog, demandsProof, comparesStamps, endsWithLease
}
