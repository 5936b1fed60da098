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
        abstract: "Draws the tree that would be built, or that stands, with depth, fan-out and relays.",
        usage: "plush tree [<options>]",
        discussion: """
            With --on, or without hosts where one overlay is up, it is the tree that stands.

            Examples:
              plush tree
              plush tree --on lab --format dot | dot -Tsvg > tree.svg
              plush tree --local 20 --fanout 4
              plush tree -w 'n[001-100],m7'
              plush tree --local 1000 --depth 2 --format json
              plush tree --local 50 --format dot | dot -Tsvg > tree.svg
              plush tree --local 1000 --tree auto:20ms,50us
              plush tree --hostfile hosts --tree file:racks.tree
            """
    )

    @OptionGroup(title: "Overlay") var overlay: OverlayOptions
    @OptionGroup(title: "Hosts") var hosts: HostOptions
    @OptionGroup(title: "Tree") var tree: TreeOptions

    @Option(help: "How it is drawn.")
    var format = Format.text

    @Flag(help: "Short for --format json.")
    var json = false

    func validate() throws {
        if json, format == .dot { throw ValidationError("--json and --format dot exclude each other") }
        let choice = OverlayChoice(overlay: overlay, hosts: hosts)
        try choice.require()
        guard choice.isMeant else { return }
        if hosts.isGiven { throw ValidationError("--on draws the tree that stands: it takes no hosts") }
        if let option = tree.given.first { throw ValidationError("\(option) is for trees that do not stand yet") }
    }

    func run() async throws {
        if OverlayChoice(overlay: overlay, hosts: hosts).isMeant { return try await drawStanding() }
        guard let pool = try hosts.pool() else { return }
        // Nothing is reached in order to draw: costs that were not given are assumed.
        let shape = try await tree.shape(for: pool, ssh: SSHOptions(), measures: false)
        draw(TreeDrawing(shape: shape, names: pool.names))
    }

    private func drawStanding() async throws {
        let client = try overlay.connect()
        let (hosts, edges) = try await CommandError.reported { (try await client.hosts(), try await client.tree()) }
        let title = client.overlay.shape
        guard let standing = StandingTree(edges, names: hosts.names) else {
            Terminal.error("plush: the tree of overlay \(client.overlay.name) is being mended: ask again in a moment")
            throw ExitCode(5)
        }
        draw(TreeDrawing(shape: .explicit(standing.tree), names: standing.names, title: title))
        let missing = hosts.names.count - standing.names.count
        if missing > 0 { Terminal.error("\(missing) hosts are not in the tree: plush status says why") }
    }

    private func draw(_ drawing: TreeDrawing) {
        switch json ? .json : format {
        case .text: drawing.printText()
        case .dot: drawing.printDot()
        case .json: drawing.printJSON()
        }
    }
}
