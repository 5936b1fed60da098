import PlushTree

/// An overlay that stands already, as one of several runs on it sees it.
struct StandingOverlay: Sendable {
    let overlay: LiveOverlay
    let pool: HostPool
    /// The hosts of the overlay that this run is for.
    let targets: RankSet
    let group: WorkGroup
}
