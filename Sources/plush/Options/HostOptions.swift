import ArgumentParser
import PlushController
import PlushTree

/// Which hosts, for every command that needs some.
struct HostOptions: ParsableArguments {
    /// More processes than Linux has process ids for.
    static let localMax = 1 << 20

    @Option(
        name: [.customShort("w"), .customLong("nodes")],
        help: ArgumentHelp(
            "Hosts to reach by SSH, such as 'n[001-100],m7', 'n[1-9/2]!n5', @group, me@m7:2222 or ^FILE; may come several times.",
            valueName: "set"))
    var nodes: [String] = []

    @Option(
        name: .customLong("hostfile"),
        help: ArgumentHelp(
            "A file of hosts: a list, or what Slurm, PBS, OAR or Grid Engine hand out; - is standard input; may come "
                + "several times.", valueName: "file"),
        completion: .file())
    var hostFiles: [String] = []

    @Option(
        name: [.customShort("x"), .customLong("exclude")],
        help: ArgumentHelp(
            "Hosts to leave out of those of -w and --hostfile, or of the specification's groups.", valueName: "set"))
    var exclusions: [String] = []

    @Option(
        name: .customLong("local"),
        help: ArgumentHelp(
            "N agents as processes on this machine, each with a directory of its own, named local0 to localN-1.",
            valueName: "N"))
    var local: Int?

    @Option(
        name: .customLong("pick"),
        help: ArgumentHelp("Only N of these hosts, chosen at random.", valueName: "N"))
    var pick: Int?

    @Option(
        name: .customLong("seed"),
        help: ArgumentHelp("With --pick: the same number chooses the same hosts again.", valueName: "number"))
    var seed: UInt64?

    func validate() throws {
        if let pick, pick < 1 { throw ValidationError("--pick takes 1 or more, not \(pick)") }
        if pick != nil, local != nil {
            throw ValidationError("--pick chooses among named hosts: with --local ask for fewer")
        }
        if seed != nil, pick == nil { throw ValidationError("--seed is for --pick: say how many hosts") }
        if let local, !(1...Self.localMax).contains(local) {
            throw ValidationError("--local takes 1 to \(Self.localMax), not \(local)")
        }
        if local != nil, !(nodes.isEmpty && hostFiles.isEmpty) {
            throw ValidationError("--local and -w or --hostfile exclude each other: hosts are here or elsewhere")
        }
        if local != nil, !exclusions.isEmpty {
            throw ValidationError("-x takes hosts away that are named elsewhere: with --local ask for fewer")
        }
    }

    /// Whether any were named.
    var isGiven: Bool {
        local != nil || !nodes.isEmpty || !hostFiles.isEmpty
    }

    /// Whether standard input is a list of hosts.
    var readsInput: Bool {
        hostFiles.contains("-") || (nodes + exclusions).contains("^-")
    }

    static let missing = "no hosts were given: use -w 'n[001-100]', --hostfile FILE or --local N"

    /// For commands that have no other source of hosts.
    func require() throws {
        guard isGiven else { throw ValidationError(Self.missing) }
    }

    /// Reads files and works out the hosts; nil where none were named. What is wrong ends the program with code 2.
    func pool(_ ssh: SSHArguments? = nil) throws -> HostPool? {
        if let local { return .local(count: local) }
        guard isGiven else { return nil }
        var places = HostGroups.Places(directoryPath: ssh?.directory)
        if ssh?.user != nil { places.logins = .ports }
        return try UsageError.reported {
            let selected = try HostSelection(
                nodes: nodes, files: hostFiles, exclusions: exclusions, groups: HostGroups(places)
            ).resolve()
            for warning in selected.warnings { Terminal.error("plush: warning: \(warning)") }
            guard let pick else { return .ssh(selected.hosts) }
            let chosen = HostPick(seed: seed).choose(pick, of: selected.hosts)
            Terminal.error("plush: picked \(NodeSet.fold(HostPool.ssh(chosen).names)) of \(selected.hosts.count) hosts")
            return .ssh(chosen)
        }
    }
}

extension ControllerOptions {
    /// Takes the hosts that were named, if any.
    mutating func use(_ pool: HostPool?) {
        switch pool {
        case .local(let count): localHosts = count
        case .ssh(let targets): hosts = targets
        case nil: break
        }
    }
}
