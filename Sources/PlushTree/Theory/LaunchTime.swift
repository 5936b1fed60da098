/// How long a launch over SSH takes, where agents deploy their own children: a fan-out whose messages are logins.
package struct LaunchTime: Hashable, Sendable {
    private let costs: LinkCosts

    /// - Parameters:
    ///   - gapNanoseconds: what one more started connection costs a deployer.
    ///   - readyNanoseconds: from the start of a connection until the new agent can itself deploy; at least the gap.
    package init(gapNanoseconds: UInt64, readyNanoseconds: UInt64) {
        costs = LinkCosts(
            latencyNanoseconds: Swift.max(readyNanoseconds, gapNanoseconds) - gapNanoseconds,
            gapNanoseconds: gapNanoseconds)
    }

    /// All by the controller: `ready + (N - 1)*gap`.
    package func star(count: Int) -> UInt64 {
        FanOut.star(count: count, costs: costs)
    }

    /// Through the relays of a complete k-ary tree.
    package func kary(arity: Int, count: Int) -> UInt64 {
        FanOut.kary(arity: arity, count: count, costs: costs)
    }

    /// What no order of deploying beats.
    package func optimum(count: Int) -> UInt64 {
        PostalBound.earliest(count: count, costs: costs)
    }
}
