import ArgumentParser

/// Which hosts, for every command that needs some.
struct HostOptions: ParsableArguments {
    /// More processes than Linux has process ids for.
    static let localMax = 1 << 20

    @Option(
        name: .customLong("local"),
        help: ArgumentHelp(
            "N agents as processes on this machine, each with a directory of its own, named local0 to localN-1.",
            valueName: "N"))
    var local: Int?

    func validate() throws {
        if let local, !(1...Self.localMax).contains(local) {
            throw ValidationError("--local takes 1 to \(Self.localMax), not \(local)")
        }
    }
}
