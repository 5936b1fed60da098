import PlushTree

/// Which hosts of node sets and files are wanted: `-w`, `--hostfile` and `-x`.
public struct HostSelection: Sendable {
    /// The hosts of a selection.
    public struct Resolution: Sendable, Equatable {
        /// The hosts in the order in which they were named, node sets before files; never empty.
        public var hosts: [HostTarget]
        /// What is odd about the request but does not hinder it.
        public var warnings: [String]
    }

    /// Node sets whose names are `[user@]host[:port]`, or `^FILE` for the hosts of a file.
    public var nodes: [String]
    /// Files of hosts; `-` is standard input.
    public var files: [String]
    /// Node sets of hosts that are taken away. `n1` takes away every `n1`, `user@n1` and `n1:2222` only that one.
    public var exclusions: [String]
    /// The groups that node sets and files may refer to.
    public var groups: HostGroups

    /// Makes a selection.
    public init(
        nodes: [String] = [], files: [String] = [], exclusions: [String] = [], groups: HostGroups = HostGroups()
    ) {
        self.nodes = nodes
        self.files = files
        self.exclusions = exclusions
        self.groups = groups
    }

    /// Reads the files and works out the hosts. Throws ``ControllerError`` with the option or FILE:LINE.
    public func resolve() throws(ControllerError) -> Resolution {
        guard files.count(where: { $0 == "-" }) + nodes.count(where: { $0 == "^-" }) <= 1 else {
            throw ControllerError(.usage, "standard input is named twice", remedy: "it can be read once")
        }
        let named = try named(groups.groups)
        let (hosts, unknown) = try Self.remove(exclusions, from: named, groups: groups)
        guard !hosts.isEmpty else {
            throw ControllerError(
                .usage, "no hosts are left: -x takes all \(named.count) away", remedy: "take fewer away")
        }
        let names = NodeSet.fold(unknown.map(\.fullLabel))
        return Resolution(
            hosts: hosts, warnings: unknown.isEmpty ? [] : ["-x: not among the hosts, so not taken away: \(names)"])
    }

    /// The hosts of the node sets and files, without regard to those that are taken away.
    func named(_ groups: NodeSet.Groups) throws(ControllerError) -> [HostTarget] {
        var list = HostList(groups: groups)
        for text in nodes { try Self.add(text, of: "-w", to: &list) }
        for path in files { try HostFile.read(path, into: &list) }
        return list.hosts
    }

    /// A node set, or `^FILE`.
    static func add(_ text: String, of option: String, to list: inout HostList) throws(ControllerError) {
        guard text.hasPrefix("^") else { return try list.add(text, of: option) }
        guard text.count > 1 else {
            throw ControllerError(.usage, "\(option): a file is missing after ^", remedy: "write \(option) ^FILE")
        }
        try HostFile.read(String(text.dropFirst()), into: &list)
    }

    /// What is left of hosts without those of node sets, and what of the sets was not among them.
    static func remove(
        _ exclusions: [String], from hosts: [HostTarget], groups: HostGroups
    ) throws(ControllerError) -> (left: [HostTarget], unknown: [HostTarget]) {
        var list = HostList(groups: groups.withoutLogins.groups)
        for text in exclusions { try add(text, of: "-x", to: &list) }
        let excluded = list.hosts
        var used: Set<HostTarget> = []
        let byName = Dictionary(grouping: excluded, by: \.name)
        let left = hosts.filter { host in
            let matches = (byName[host.name] ?? []).filter {
                ($0.user == nil || $0.user == host.user) && ($0.port == nil || $0.port == host.port)
            }
            used.formUnion(matches)
            return matches.isEmpty
        }
        return (left, excluded.filter { !used.contains($0) })
    }
}
