/// The hosts that a run may use, spares included, in the order of their ranks.
public enum HostPool: Hashable, Sendable {
    /// Agents as processes of this machine.
    case local(count: Int)
    /// Hosts that are reached by SSH.
    case ssh([HostTarget])

    /// How many there are.
    public var count: Int {
        switch self {
        case .local(let count): count
        case .ssh(let hosts): hosts.count
        }
    }

    /// What people see of the hosts, by rank, and what directories of outputs are called: `local0`, `local1`, ..., or the
    /// hosts' labels. Where hosts have the same label (two users, or port 22 written and not written) each of them is
    /// shown in full, so no two names are equal.
    public var names: [String] {
        switch self {
        case .local(let count): return (0..<count).map { "local\($0)" }
        case .ssh(let hosts):
            let uses = Dictionary(hosts.lazy.map { ($0.label, 1) }, uniquingKeysWith: +)
            return hosts.map { uses[$0.label, default: 1] == 1 ? $0.label : $0.fullLabel }
        }
    }

    /// What names the hosts when they are asked for again, by rank: with the users and ports that were written.
    public var fullNames: [String] {
        switch self {
        case .local: return names
        case .ssh(let hosts): return hosts.map(\.fullLabel)
        }
    }
}
