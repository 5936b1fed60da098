import PlushTree

/// How many logins may be under way at one time. Servers that drop bursts (sshd's `MaxStartups`) halve the number; each
/// login that succeeds raises it again, by one for every round of successes: additive increase, multiplicative
/// decrease, as TCP does it (Chiu and Jain, 1989).
///
/// A host or two that drop every connection are no burst: the number is halved when, since it was halved last, several
/// hosts were dropped, and no fewer than a quarter of those that could log in.
struct ConnectGate {
    /// sshd serves ten at once by default; fewer than this is no gain for anybody.
    static let floor = 4

    private let ceiling: Int
    private var limit: Double
    private var inside: Set<Rank> = []
    private var waiting: [Rank] = []
    /// Logins that began before the last halving say nothing about the new number.
    private var begun: [Rank: Int] = [:]
    private var round = 0
    /// Hosts that were dropped, and logins that succeeded, in this round.
    private var dropped: Set<Rank> = []
    private var succeeded = 0

    init(ceiling: Int) {
        self.ceiling = max(1, ceiling)
        limit = Double(self.ceiling)
    }

    /// How a login that was inside went.
    enum Outcome {
        case loggedIn
        case dropped
        /// It failed, or was given up, for reasons of its own.
        case other
    }

    /// Whether a login may begin now; otherwise it is told by ``leave(_:_:)``'s answer.
    mutating func enter(_ rank: Rank) -> Bool {
        guard inside.count < Int(limit) else {
            waiting.append(rank)
            return false
        }
        inside.insert(rank)
        begun[rank] = round
        return true
    }

    /// A login is over, or is not wanted any more. Returns those that may begin now.
    mutating func leave(_ rank: Rank, _ outcome: Outcome) -> [Rank] {
        if inside.remove(rank) == nil {
            waiting.removeAll { $0 == rank }
            return []
        }
        let since = begun.removeValue(forKey: rank) ?? round
        switch outcome {
        case .loggedIn:
            limit = min(Double(ceiling), limit + 1 / limit)
            succeeded += 1
        case .dropped where since == round:
            dropped.insert(rank)
            if isBurst { halve() }
        case .dropped, .other: break
        }
        var next: [Rank] = []
        while inside.count < Int(limit), !waiting.isEmpty {
            let rank = waiting.removeFirst()
            inside.insert(rank)
            begun[rank] = round
            next.append(rank)
        }
        return next
    }

    private var isBurst: Bool {
        dropped.count >= min(3, ceiling) && dropped.count * 4 >= succeeded
    }

    private mutating func halve() {
        limit = max(Double(min(Self.floor, ceiling)), limit / 2)
        round += 1
        dropped = []
        succeeded = 0
    }
}
