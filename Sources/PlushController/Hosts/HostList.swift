import PlushTree

/// Hosts in the order in which they were named, each once.
struct HostList {
    private(set) var hosts: [HostTarget] = []
    private let hostsMax: Int
    private let groups: NodeSet.Groups
    private var seen: Set<HostTarget> = []
    private var namesLeft: Int

    /// An empty list; `groups` are those that names may refer to, `hostsMax` bounds different hosts, `namesMax` what is
    /// read with repeated ones.
    init(
        groups: NodeSet.Groups = .none, hostsMax: Int = HostLimits.hostsMax, namesMax: Int = HostLimits.namesMax
    ) {
        self.groups = groups
        self.hostsMax = hostsMax
        namesLeft = namesMax
    }

    /// Adds the hosts of a node set whose names are `[user@]host[:port]`; returns how many names it holds.
    ///
    /// The port may follow brackets (`n[1-3]:2222`); a name with several colons is an IPv6 address and has no port.
    @discardableResult
    mutating func add(_ text: String) throws(NodeSetError) -> Int {
        let names = try NodeSet.expand(text, groups: groups)
        namesLeft -= names.count
        for name in names where namesLeft >= 0 && hosts.count <= hostsMax {
            let host = HostTarget(try NodeSet.HostName(name))
            if seen.insert(host).inserted { hosts.append(host) }
        }
        guard namesLeft >= 0, hosts.count <= hostsMax else {
            throw NodeSetError(
                .limit, position: 0, excerpt: text,
                "with this there are more than \(hostsMax) hosts, or too many repeated ones; name fewer")
        }
        return names.count
    }

    /// Adds the hosts of an option's value; throws ``ControllerError`` that names the option.
    mutating func add(_ text: String, of option: String) throws(ControllerError) {
        let count: Int
        do {
            count = try add(text)
        } catch {
            throw ControllerError(.usage, "\(option): \(error)")
        }
        if count == 0 {
            throw ControllerError(
                .usage, "\(option): there is no name in it", remedy: "write \(option) 'n[001-100],m7'")
        }
    }
}
