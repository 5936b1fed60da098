import ArgumentParser
import PlushController

/// `plush down`: the end of overlays.
struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Ends an overlay: its commands are stopped, its agents leave, nothing is left.",
        usage: "plush down [<options>] [<name> ...]",
        discussion: """
            Without a name the only overlay that is up ends. What a controller has left that was killed goes too.

            Examples:
              plush down
              plush down lab
              plush down --all
            """
    )

    @Argument(
        help: ArgumentHelp("Overlays.", valueName: "name"),
        completion: .custom { _, _, _ in OverlayPlaces().all().map(\.name) })
    var names: [String] = []

    @Flag(help: "All that are up.")
    var all = false

    @Flag(help: "One JSON object per line.")
    var json = false

    func validate() throws {
        if all, !names.isEmpty { throw ValidationError("--all and names exclude each other") }
    }

    func run() async throws {
        let places = OverlayPlaces()
        var chosen: [String?] = names
        if all {
            chosen = places.living.map(\.name)
        } else if names.isEmpty {
            chosen = [nil]
        }
        for name in chosen {
            if let name, OverlayClient.removeRemains(of: name, in: places) {
                say(name, "its controller was gone: what it had left is removed", "removed")
                continue
            }
            let client = try OverlayOptions.connect(name)
            try await CommandError.reported { try await client.end() }
            say(client.overlay.name, "down", "down")
        }
    }

    private func say(_ name: String, _ text: String, _ event: String) {
        guard !json else { return JSONValue.write(event, [("overlay", .text(name))]) }
        Terminal.error("overlay \(name): \(text)")
    }
}
