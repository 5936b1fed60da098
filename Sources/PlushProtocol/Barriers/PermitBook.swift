import OrderedCollections
import PlushTree
import PlushWire

/// The root's account of one barrier's permits 0 ..< `total` (rule 12): each is free, leased to the subtree of a child,
/// or missing. At most `limit` are out at a time; those above it stay free until the limit rises.
///
/// A permit that is out counts as held until it is given back or, where its subtree's link was lost, until the lease of
/// that subtree has passed: by then nobody there still runs.
package struct PermitBook: Sendable {
    /// Permits whose subtree is out of reach.
    package struct Missing: Hashable, Sendable {
        package var tokens: TokenSet
        /// From then on nobody can hold them any more.
        package let freeAt: Instant
    }

    package let total: Int
    package private(set) var limit: Int
    package private(set) var free: TokenSet
    package private(set) var leased: OrderedDictionary<LinkID, TokenSet> = [:]
    package private(set) var missing: [Missing] = []
    /// The grant under which a token was last given out; looked up, never walked.
    private var grants: [UInt32: UInt64] = [:]
    private var nextGrant: UInt64 = 1
    /// What has been asked back of each child and has not come.
    private var recalled: OrderedDictionary<LinkID, Int> = [:]

    package init(total: Int, limit: Int) {
        self.total = total
        self.limit = min(limit, total)
        free = TokenSet(count: total)
    }

    /// Permits that are out.
    package var outstanding: Int {
        total - free.count
    }

    package mutating func setLimit(_ limit: Int) {
        self.limit = min(max(1, limit), total)
    }

    /// Whether every permit is in exactly one place: the invariant `TokenConserved`.
    package var isConserved: Bool {
        let places = [free] + Array(leased.values) + missing.map(\.tokens)
        let union = places.reduce(into: TokenSet()) { $0.formUnion($1) }
        return union == TokenSet(count: total) && places.reduce(0) { $0 + $1.count } == total
    }

    /// Leases free permits to children, evenly over their demands; returns what each gets, under one grant number.
    package mutating func lease(
        _ demands: [(link: LinkID, wanted: Int)]
    ) -> (grant: UInt64, leases: [(link: LinkID, tokens: TokenSet)]) {
        let available = max(0, min(free.count, limit - outstanding))
        let shares = FairShare.split(available, among: demands.map(\.wanted))
        let grant = nextGrant
        var leases: [(link: LinkID, tokens: TokenSet)] = []
        for (demand, share) in zip(demands, shares) where share > 0 {
            let tokens = free.take(share)
            for token in tokens { grants[token.value] = grant }
            leased[demand.link, default: TokenSet()].formUnion(tokens)
            leases.append((demand.link, tokens))
        }
        if !leases.isEmpty { nextGrant += 1 }
        return (grant, leases)
    }

    /// How many permits to ask back of which child, since the limit has gone down; what was asked for is not asked
    /// for again.
    package mutating func recall() -> [(link: LinkID, count: Int)] {
        let asked = recalled.values.reduce(0, +)
        let excess = outstanding - limit - asked
        guard excess > 0 else { return [] }
        let shares = FairShare.split(excess, among: leased.map { $0.value.count - (recalled[$0.key] ?? 0) })
        return zip(leased.keys, shares).compactMap { link, share in
            guard share > 0 else { return nil }
            recalled[link, default: 0] += share
            return (link, share)
        }
    }

    /// Takes permits back; those that this child does not have are left alone, so a repeated return does nothing.
    package mutating func giveBack(_ tokens: TokenSet, from link: LinkID) {
        let known = remove(tokens, from: link)
        free.formUnion(known)
        if let asked = recalled[link] {
            recalled[link] = asked > known.count ? asked - known.count : nil
        }
    }

    /// A child's subtree has lost permits: nobody knows who holds them.
    package mutating func lose(_ tokens: TokenSet, from link: LinkID, freeAt: Instant) {
        let known = remove(tokens, from: link)
        if !known.isEmpty { missing.append(Missing(tokens: known, freeAt: freeAt)) }
    }

    /// A child's link is gone, with all permits behind it.
    package mutating func loseChild(_ link: LinkID, freeAt: Instant) {
        recalled[link] = nil
        guard let tokens = leased.removeValue(forKey: link), !tokens.isEmpty else { return }
        missing.append(Missing(tokens: tokens, freeAt: freeAt))
    }

    /// Permits have turned up behind a child. Returns those that cannot be held there any more: free already, or given
    /// out anew since.
    package mutating func adopt(_ held: [PermitReport.Held], behind link: LinkID) -> TokenSet {
        var stale = TokenSet()
        for item in held {
            for token in item.tokens {
                guard grants[token.value] == item.grant, !free.contains(token) else {
                    stale.insert(token)
                    continue
                }
                for other in leased.keys where leased[other]?.contains(token) == true {
                    _ = remove(TokenSet(token), from: other)
                }
                for index in missing.indices { missing[index].tokens.remove(token) }
                leased[link, default: TokenSet()].insert(token)
            }
        }
        missing.removeAll { $0.tokens.isEmpty }
        return stale
    }

    /// Frees the permits whose subtrees' leases have passed; returns them.
    package mutating func expire(at now: Instant) -> TokenSet {
        let due = missing.filter { $0.freeAt <= now }.reduce(into: TokenSet()) { $0.formUnion($1.tokens) }
        missing.removeAll { $0.freeAt <= now }
        free.formUnion(due)
        return due
    }

    package var nextExpiry: Instant? {
        missing.lazy.map(\.freeAt).min()
    }

    private mutating func remove(_ tokens: TokenSet, from link: LinkID) -> TokenSet {
        guard let there = leased[link] else { return TokenSet() }
        let known = tokens.intersection(there)
        let rest = there.subtracting(known)
        leased[link] = rest.isEmpty ? nil : rest
        return known
    }
}
