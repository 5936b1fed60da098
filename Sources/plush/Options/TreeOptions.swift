import ArgumentParser
import PlushController
import PlushTree

/// The shape of the tree, for every command that builds or draws one.
struct TreeOptions: ParsableArguments {
    @Option(
        name: .customLong("tree"),
        help: ArgumentHelp(
            "Shape of the tree: kary:K, flat, chain, binomial, postal, auto or file:F (default: kary:16).",
            discussion: """
                auto picks K from the latency L of a hop, the time g between two messages of a sender and the number \
                of hosts, and says why; postal is the optimal tree for them. L is measured before the launch, g is \
                assumed; give both with auto:L,g or postal:L,g, such as auto:20ms,50us. In file F a line names a \
                parent and its children, as in 'n1: n[2-5],m7'; the topmost parent is 'controller'.
                """, valueName: "shape"))
    var tree: String?

    @Option(help: ArgumentHelp("At most K children per node: short for --tree kary:K.", valueName: "K"))
    var fanout: Int?

    @Option(help: ArgumentHelp("The smallest fan-out that needs at most D levels.", valueName: "D"))
    var depth: Int?

    func validate() throws {
        guard [tree != nil, fanout != nil, depth != nil].filter({ $0 }).count <= 1 else {
            throw ValidationError("--tree, --fanout and --depth say the same thing in three ways: give one")
        }
        if let tree {
            do {
                _ = try TreeRequest(tree)
            } catch {
                throw ValidationError("--tree \(error)")
            }
        }
        if let fanout, !(1...TreeShape.fanoutMax).contains(fanout) {
            throw ValidationError("--fanout takes 1 to \(TreeShape.fanoutMax), not \(fanout)")
        }
        if let depth, depth < 1 { throw ValidationError("--depth takes 1 or more, not \(depth)") }
    }

    /// The shape for these hosts. A shape that had to be worked out says why on standard error; a file that describes no
    /// tree of them ends the program with code 2. `measures`: whether hosts may be reached for it.
    func shape(for pool: HostPool, ssh: SSHOptions, measures: Bool) async throws -> TreeShape {
        if let tree, let request = try? TreeRequest(tree) {
            let resolution: TreeResolution
            do {
                resolution = try await TreeResolution(request, for: pool, ssh: ssh, measures: measures)
            } catch {
                return try UsageError.reported { throw error }
            }
            if let reason = resolution.reason { Terminal.error("plush: tree: \(reason)") }
            return resolution.shape
        }
        if let fanout { return .kary(fanout: fanout) }
        if let depth { return .kary(depth: depth, count: pool.count) }
        return .standard
    }
}
