import PlushSpec
import PlushTree

/// Finds the hosts of configurations: those of the options for all of them, or what each one's resources name.
struct PoolBuilder {
    /// All hosts, by rank.
    let pool: HostPool
    /// The ranks that each configuration may use, in its order.
    let ranks: [[Rank]]

    /// Throws ``ControllerError`` and `SpecificationError`, with file and line where there is one.
    init(_ configurations: [Configuration], fileName: String, options: ControllerOptions) throws {
        let minimum = configurations.map(\.minimumHosts).max() ?? 0
        if options.localHosts != nil || options.hosts != nil {
            let given = try Self.given(options)
            guard given.pool.count >= minimum else {
                throw ControllerError(
                    .usage,
                    "\(fileName) needs at least \(minimum) hosts and \(given.option) offers \(given.pool.count)",
                    remedy: "offer more with \(given.option), or allow fewer with min_hosts")
            }
            pool = given.pool
            ranks = Array(repeating: Self.first(given.pool.count), count: configurations.count)
        } else if try Self.isLocal(configurations, fileName: fileName) {
            let wanted = configurations.map(\.hostCount).max() ?? 0
            pool = .local(count: wanted)
            ranks = Array(repeating: Self.first(wanted), count: configurations.count)
        } else {
            (pool, ranks) = try Self.resources(configurations, fileName: fileName, options: options)
        }
    }

    /// The hosts that the options give to all configurations.
    private static func given(_ options: ControllerOptions) throws(ControllerError) -> (pool: HostPool, option: String)
    {
        switch (options.localHosts, options.hosts) {
        case (let count?, nil): return (.local(count: count), "--local")
        case (nil, let hosts?): return (.ssh(hosts), "-w")
        case (.some, .some), (nil, nil):
            throw ControllerError(
                .usage, "hosts are either processes of this machine or reached by SSH, never both in one tree",
                remedy: "use --local N or -w")
        }
    }

    /// Whether all hosts are of this machine. Some of each kind in one tree are refused.
    private static func isLocal(_ configurations: [Configuration], fileName: String) throws(ControllerError) -> Bool {
        let resources = configurations.flatMap(\.resources)
        guard let local = resources.first(where: { $0.type == .local }) else { return resources.isEmpty }
        guard let other = resources.first(where: { $0.type != .local }) else { return true }
        throw ControllerError(
            .usage,
            "\(fileName):\(other.line): <resources>: type \"\(other.type)\" beside type \"local\" (line "
                + "\(local.line)): the hosts of one run are all on this machine or none is",
            remedy: "give every configuration a resource of one kind, or override all with -w or --local N")
    }

    /// The hosts that the configurations' resources name, and who may use which.
    private static func resources(
        _ configurations: [Configuration], fileName: String, options: ControllerOptions
    ) throws -> (HostPool, [[Rank]]) {
        var resources = HostResources(fileName: fileName, options: options)
        let groups = HostGroups(HostGroups.Places(directoryPath: options.directoryPath))
        var hosts: [HostTarget] = []
        var ranks: [HostTarget: Rank] = [:]
        var pools: [[Rank]] = []
        for configuration in configurations {
            let own = try HostSelection.remove(
                options.excludedHosts, from: resources.hosts(of: configuration), groups: groups
            ).left
            guard own.count >= configuration.minimumHosts else {
                let line = configuration.resources.first?.line ?? configuration.line
                throw ControllerError(
                    .usage,
                    "\(fileName):\(line): <resources>: configuration \(configuration.name) needs at least "
                        + "\(configuration.minimumHosts) hosts and its groups in \(resources.path) have \(own.count)"
                        + (options.excludedHosts.isEmpty ? "" : " without those of -x"),
                    remedy: "add hosts there, or allow fewer with min_hosts")
            }
            for host in own where ranks[host] == nil {
                ranks[host] = Rank(UInt32(hosts.count))
                hosts.append(host)
            }
            pools.append(own.compactMap { ranks[$0] })
        }
        guard hosts.count <= HostLimits.hostsMax else {
            throw ControllerError(.usage, "\(fileName) names more than \(HostLimits.hostsMax) hosts")
        }
        return (.ssh(hosts), pools)
    }

    private static func first(_ count: Int) -> [Rank] {
        (0..<count).map { Rank(UInt32($0)) }
    }
}
