import ArgumentParser
import PlushController
import PlushTree

/// `plush tree`: the tree that would be built.
struct TreeCommand: AsyncParsableCommand {
    /// How a tree is drawn.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case dot
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "tree",
        abstract: "Draws the tree that would be built, with depth, fan-out and who relays for how many.",
        usage: "plush tree [<options>]",
        discussion: """
            Examples:
              plush tree --local 20 --fanout 4
              plush tree -w 'n[001-100],m7'
              plush tree --local 1000 --depth 2 --format json
              plush tree --local 50 --format dot | dot -Tsvg > tree.svg
              plush tree --local 1000 --tree auto:20ms,50us
              plush tree --hostfile hosts --tree file:racks.tree
            """
    )

    @OptionGroup(title: "Hosts") var hosts: HostOptions
    @OptionGroup(title: "Tree") var tree: TreeOptions

    @Option(help: "How it is drawn.")
    var format = Format.text

    @Flag(help: "Short for --format json.")
    var json = false

    func validate() throws {
        if json, format == .dot { throw ValidationError("--json and --format dot exclude each other") }
        try hosts.require()
    }

    func run() async throws {
        guard let pool = try hosts.pool() else { return }
        // Nothing is reached in order to draw: costs that were not given are assumed.
        let shape = try await tree.shape(for: pool, ssh: SSHOptions(), measures: false)
        let drawing = TreeDrawing(shape: shape, names: pool.names)
        switch json ? .json : format {
        case .text: drawing.printText()
        case .dot: drawing.printDot()
        case .json: drawing.printJSON()
        }
    }
}
