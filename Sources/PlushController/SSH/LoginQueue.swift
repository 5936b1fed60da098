import PlushTree

/// Logins in the order in which they were asked for, as many at one time as a ``ConnectGate`` lets in.
final class LoginQueue {
    private var gate: ConnectGate
    private var logins: [Rank: SSHLogin] = [:]

    init(ceiling: Int) {
        gate = ConnectGate(ceiling: ceiling)
    }

    /// Dials at once, or when others have left.
    func enter(_ login: SSHLogin) {
        logins[login.rank] = login
        if gate.enter(login.rank) { login.dial() }
    }

    func leave(_ rank: Rank, _ outcome: ConnectGate.Outcome) {
        guard logins.removeValue(forKey: rank) != nil else { return }
        for next in gate.leave(rank, outcome) { logins[next]?.dial() }
    }
}
