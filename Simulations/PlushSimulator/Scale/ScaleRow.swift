import PlushTree

/// What one size of one shape comes to. All times in nanoseconds of virtual time.
package struct ScaleRow: Sendable {
    /// One command on all hosts.
    package struct Command: Hashable, Sendable {
        /// Until the last host has it.
        package var fanOut: UInt64 = 0
        /// Until the controller has all outcomes and closes it.
        package var roundTrip: UInt64 = 0
        /// From the end of the last process until then.
        package var rollup: UInt64 = 0
        /// What the root sent and received for it.
        package var rootMessages = 0
        package var rootBytes: UInt64 = 0
        /// Whoever handled the most messages for it, and how many.
        package var busiest = Party.controller
        package var busiestMessages = 0
    }

    /// One generation of a strict barrier that nobody watches.
    package struct Barrier: Hashable, Sendable {
        /// From the last entry to the last release.
        package var release: UInt64 = 0
        /// Entries up and releases down, over all links.
        package var messages = 0
        /// Those of them that the root handled.
        package var rootMessages = 0
    }

    /// What the closed forms say.
    package struct Theory: Hashable, Sendable {
        package let fanOut: UInt64
        /// No tree is faster.
        package let bound: UInt64
        package let barrier: UInt64
        package let barrierMessages: Int
        package let barrierRootMessages: Int
    }

    package let shape: TreeShape
    package let hosts: Int
    package let depth: Int
    package let rootChildren: Int
    package var launch: UInt64 = 0
    package var command = Command()
    package var barrier = Barrier()
    package let theory: Theory
    /// Whether the closed forms must be met to the nanosecond.
    package let isExact: Bool
    /// What did not end as it should.
    package var problems: [String] = []
    /// Events that were simulated.
    package var occurrences = 0

    /// Where the measured values are not what the closed forms say.
    package var differences: [String] {
        var found: [String] = []
        if command.fanOut < theory.bound { found.append("the fan-out is below the postal bound") }
        guard isExact else { return found }
        if command.fanOut != theory.fanOut {
            found.append("fan-out \(command.fanOut) ns, closed form \(theory.fanOut)")
        }
        if barrier.release != theory.barrier {
            found.append("release \(barrier.release) ns, closed form \(theory.barrier)")
        }
        if barrier.messages != theory.barrierMessages {
            found.append("\(barrier.messages) barrier messages, closed form \(theory.barrierMessages)")
        }
        if barrier.rootMessages != theory.barrierRootMessages {
            found.append(
                "\(barrier.rootMessages) barrier messages at the root, closed form \(theory.barrierRootMessages)")
        }
        return found
    }
}
