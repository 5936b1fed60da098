import PlushTree

/// The hosts of an overlay, by rank, and how some of them are chosen.
public struct OverlayHosts: Sendable {
    /// The overlay's name.
    public let overlay: String
    /// What people see.
    public let names: [String]
    /// What names them when they are asked for again.
    public let fullNames: [String]

    /// All of them.
    public var all: RankSet { RankSet(count: names.count) }

    /// The hosts of a selection, all where it names none. In its node sets `*` stands for what the overlay has, and every
    /// host that is named must be one of the overlay's.
    ///
    /// Throws ``ControllerError`` with the option, or with `place` where the hosts are no option's.
    public func choose(
        _ selection: HostSelection, place: String = "-w"
    ) throws(ControllerError) -> (ranks: RankSet, warnings: [String]) {
        let index = try Index(fullNames)
        let groups = groups(selection.groups, all: index.names)
        var chosen = all
        if !selection.nodes.isEmpty || !selection.files.isEmpty {
            let wanted = try selection.named(groups)
            let unknown = wanted.filter { index.ranks(of: $0).isEmpty }
            guard unknown.isEmpty else { throw notThere(unknown, place) }
            chosen = RankSet(wanted.flatMap { index.ranks(of: $0) })
        }
        var list = HostList(groups: groups)
        for text in selection.exclusions { try HostSelection.add(text, of: "-x", to: &list) }
        let odd = list.hosts.filter { index.ranks(of: $0).intersection(chosen).isEmpty }
        for host in list.hosts { chosen.subtract(index.ranks(of: host)) }
        guard !chosen.isEmpty else {
            throw ControllerError(.usage, "no hosts are left: -x takes all away", remedy: "take fewer away")
        }
        let warning = "-x: not among the hosts, so not taken away: \(NodeSet.fold(odd.map(\.fullLabel)))"
        return (chosen, odd.isEmpty ? [] : [warning])
    }

    private func notThere(_ hosts: [HostTarget], _ place: String) -> ControllerError {
        let word = hosts.count == 1 ? "is no host" : "are no hosts"
        let near = hosts.count == 1 ? Spelling.nearest(to: hosts[0].fullLabel, among: names) : nil
        return ControllerError(
            .usage, "\(place): \(NodeSet.fold(hosts.map(\.fullLabel))) \(word) of overlay \(overlay)",
            remedy: near.map { "did you mean \($0)?" } ?? "it has \(NodeSet.fold(names))")
    }

    private func groups(_ groups: HostGroups, all names: [String]) -> NodeSet.Groups {
        let all = NodeSet.fold(names)
        return NodeSet.Groups { (query) throws(NodeSet.Groups.Fault) -> String in
            if case .all(source: nil) = query { return all }
            return try groups.answer(query)
        }
    }

    /// Finds ranks by what was written of a host.
    private struct Index {
        private var entries: [String: [(target: HostTarget, rank: Rank)]] = [:]

        init(_ names: [String]) throws(ControllerError) {
            for (number, name) in names.enumerated() {
                do throws(NodeSetError) {
                    let target = HostTarget(try NodeSet.HostName(name))
                    entries[target.name, default: []].append((target, Rank(UInt32(number))))
                } catch {
                    throw ControllerError(.tree, "the overlay has a host of an odd name: \(error)")
                }
            }
        }

        /// The hosts without users and ports, each once.
        var names: [String] { NodeSet.ordered(Array(entries.keys)) }

        /// What is not written matches any.
        func ranks(of host: HostTarget) -> RankSet {
            let matches = (entries[host.name] ?? []).filter { entry in
                (host.user == nil || host.user == entry.target.user)
                    && (host.port == nil || host.port == entry.target.port)
            }
            return RankSet(matches.map(\.rank))
        }
    }
}
