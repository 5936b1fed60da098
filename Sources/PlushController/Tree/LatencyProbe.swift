import NIOCore
import NIOPosix
import PlushSSH

/// How far away hosts are, by the time that TCP connections to their SSH servers take.
///
/// That is a round trip from the controller, which stands for the links between hosts as well: nothing else can be known
/// before the first agent runs. Nothing is sent over the connections, and few are made, so that a server which counts
/// unauthenticated ones has room for the logins that follow.
enum LatencyProbe {
    /// Hosts that are tried, evenly from the whole list: enough for a median, and few enough for one server's
    /// MaxStartups, should all be the same machine.
    static let hostsMax = 8
    /// How long a connection may take; a host that needs longer says nothing about the others.
    static let connectMilliseconds: Int64 = 2_000

    /// The median time of the connections that came about, and how many those were; nil if none did.
    static func measure(
        _ targets: [HostTarget], ssh: SSHOptions
    ) async -> (connectNanoseconds: UInt64, hosts: Int)? {
        let sample = Self.sample(targets)
        guard
            let settings = try? await SSHClientSettings.resolve(
                sample, options: ssh, milliseconds: UInt64(connectMilliseconds))
        else { return nil }
        let hosts = settings.hosts.compactMap { try? $0.get() }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        // One after the other: connections that are opened at once measure this machine.
        var times: [UInt64] = []
        for host in hosts {
            if let time = await connect(host, on: group.next()) { times.append(time) }
        }
        try? await group.shutdownGracefully()
        guard !times.isEmpty else { return nil }
        return (times.sorted()[(times.count - 1) / 2], times.count)
    }

    static func sample(_ targets: [HostTarget]) -> [HostTarget] {
        guard targets.count > hostsMax else { return targets }
        return (0..<hostsMax).map { targets[$0 * targets.count / hostsMax] }
    }

    private static func connect(_ host: SSHHostSettings, on eventLoop: any EventLoop) async -> UInt64? {
        guard
            let address = try? await HostAddresses.resolve(host.hostName, port: Int(host.port), on: eventLoop).get()
                .first
        else { return nil }
        let bootstrap = ClientBootstrap(group: eventLoop).connectTimeout(.milliseconds(connectMilliseconds))
        let begun = NIODeadline.now()
        guard let channel = try? await bootstrap.connect(to: address).get() else { return nil }
        let time = NIODeadline.now() - begun
        try? await channel.close()
        return UInt64(max(0, time.nanoseconds))
    }
}
