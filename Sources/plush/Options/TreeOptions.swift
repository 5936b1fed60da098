import ArgumentParser
import PlushTree

/// The shape of the tree, for every command that builds or draws one.
struct TreeOptions: ParsableArguments {
    @Option(
        name: .customLong("tree"),
        help: ArgumentHelp("Shape of the tree: kary:K, flat or chain (default: kary:16).", valueName: "shape"))
    var shape: String?

    @Option(help: ArgumentHelp("At most K children per node: short for --tree kary:K.", valueName: "K"))
    var fanout: Int?

    @Option(help: ArgumentHelp("The smallest fan-out that needs at most D levels.", valueName: "D"))
    var depth: Int?

    func validate() throws {
        guard [shape != nil, fanout != nil, depth != nil].filter({ $0 }).count <= 1 else {
            throw ValidationError("--tree, --fanout and --depth say the same thing in three ways: give one")
        }
        if let shape, TreeShape(shape) == nil {
            throw ValidationError(
                "--tree takes kary:K (K from 1 to \(TreeShape.fanoutMax)), flat or chain, not '\(shape)'")
        }
        if let fanout, !(1...TreeShape.fanoutMax).contains(fanout) {
            throw ValidationError("--fanout takes 1 to \(TreeShape.fanoutMax), not \(fanout)")
        }
        if let depth, depth < 1 { throw ValidationError("--depth takes 1 or more, not \(depth)") }
    }

    func shape(count: Int) -> TreeShape {
        if let shape, let parsed = TreeShape(shape) { return parsed }
        if let fanout { return .kary(fanout: fanout) }
        if let depth { return .kary(depth: depth, count: count) }
        return .standard
    }
}
