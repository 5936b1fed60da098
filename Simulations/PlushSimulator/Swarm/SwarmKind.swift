/// Kinds of faults that a swarm turns on or off per seed, so that each seed is a mixture of its own.
package enum SwarmKind: String, Hashable, Sendable, CaseIterable {
    case kills
    case pauses
    case slowness
    case cuts
    case partitions
    case drift
    case darkness
    case hostility
    case strangers
    /// Loss, jitter and heavy tails of the network, for the whole life.
    case weather
    /// Hosts that cannot be started or do not join.
    case badStarts
    /// Faults strike while the tree is still being built.
    case earliness
}
