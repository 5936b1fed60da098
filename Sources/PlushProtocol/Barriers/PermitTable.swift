import OrderedCollections
import PlushTree
import PlushWire

/// An agent's permits of one barrier: idle ones, its own host's, and those leased to the children's subtrees. It gives
/// out what it was given and nothing else, so permits in a subtree never exceed what the root leased to it.
package struct PermitTable: Sendable {
    package private(set) var idle = TokenSet()
    package private(set) var own: UInt32?
    package private(set) var leased: OrderedDictionary<LinkID, TokenSet> = [:]
    private var grants: [UInt32: UInt64] = [:]
    /// When the passes of a grant are void, in overlay time; permits that come back have none.
    private var expiries: [UInt64: UInt64] = [:]
    /// Permits that are to go up as they come free.
    private var recalled = 0

    package init() {}

    /// All that this node and its subtree have.
    package var all: TokenSet {
        var all = leased.values.reduce(into: idle) { $0.formUnion($1) }
        if let own { all.insert(Rank(own)) }
        return all
    }

    /// The same with the grants under which they came: what a new parent is told.
    package var held: [PermitReport.Held] {
        var byGrant: OrderedDictionary<UInt64, TokenSet> = [:]
        for token in all { byGrant[grants[token.value] ?? 0, default: TokenSet()].insert(token) }
        return byGrant.map { PermitReport.Held(tokens: $0.value, grant: $0.key) }
    }

    /// Takes a lease from the parent.
    package mutating func receive(_ lease: PermitLease) {
        let fresh = lease.tokens.subtracting(all)
        for token in fresh { grants[token.value] = lease.grant }
        idle.formUnion(fresh)
        if lease.expiryMilliseconds > 0 { expiries[lease.grant] = lease.expiryMilliseconds }
        recalled += Int(lease.recalled)
    }

    /// Gives idle permits out: first to this host, then evenly over the children's demands.
    ///
    /// Returns whether this host has been given its permit now, and the leases by grant.
    package mutating func distribute(
        ownWants: Bool, _ demands: [(link: LinkID, wanted: Int)]
    ) -> (own: Bool, leases: [(link: LinkID, tokens: TokenSet, grant: UInt64)]) {
        keepBackRecalled()
        var givenOwn = false
        if ownWants, own == nil, let token = available.first {
            idle.remove(token)
            own = token.value
            givenOwn = true
        }
        var rest = available
        let shares = FairShare.split(rest.count, among: demands.map(\.wanted))
        var leases: [(link: LinkID, tokens: TokenSet, grant: UInt64)] = []
        for (demand, share) in zip(demands, shares) where share > 0 {
            let tokens = rest.take(share)
            idle.subtract(tokens)
            leased[demand.link, default: TokenSet()].formUnion(tokens)
            var byGrant: OrderedDictionary<UInt64, TokenSet> = [:]
            for token in tokens { byGrant[grants[token.value] ?? 0, default: TokenSet()].insert(token) }
            leases += byGrant.map { (demand.link, $0.value, $0.key) }
        }
        return (givenOwn, leases)
    }

    /// Idle permits that may be given out here.
    private var available: TokenSet {
        var rest = idle
        _ = rest.take(min(recalled, idle.count))
        return rest
    }

    private mutating func keepBackRecalled() {
        recalled = min(recalled, all.count)
    }

    /// Takes the idle permits that go back to the parent: all of them where nobody here waits, else those recalled.
    package mutating func takeReturns(nobodyWaits: Bool) -> TokenSet {
        let count = nobodyWaits ? idle.count : min(recalled, idle.count)
        let returned = idle.take(count)
        recalled = max(0, recalled - returned.count)
        for token in returned { grants[token.value] = nil }
        return returned
    }

    /// This host's permit is free again; returns whether it had one.
    package mutating func finishOwn() -> Bool {
        guard let token = own else { return false }
        own = nil
        idle.insert(Rank(token))
        return true
    }

    /// This host's pass is used up.
    package mutating func useOwn() {
        if let token = own { grants[token] = nil }
        own = nil
    }

    /// So many passes were used up below a child.
    package mutating func use(_ count: Int, below link: LinkID) {
        guard var there = leased[link] else { return }
        for token in there.take(count) { grants[token.value] = nil }
        leased[link] = there.isEmpty ? nil : there
    }

    /// When passes of a grant are void.
    package func expiryMilliseconds(ofGrant grant: UInt64) -> UInt64 {
        expiries[grant] ?? 0
    }

    /// Forgets passes that are void: whoever has not used them never will.
    package mutating func dropExpired(atOverlayMilliseconds now: UInt64) {
        let isVoid = { [grants, expiries] (token: Rank) in
            grants[token.value].flatMap { expiries[$0] }.map { $0 <= now } ?? false
        }
        let void = TokenSet(all.filter(isVoid))
        guard !void.isEmpty else { return }
        idle.subtract(void)
        for link in leased.keys { _ = remove(void, from: link) }
        for token in void {
            if let grant = grants[token.value] { expiries[grant] = nil }
            grants[token.value] = nil
        }
    }

    /// A child gives permits back; those that it does not have are left alone.
    package mutating func giveBack(_ tokens: TokenSet, from link: LinkID) {
        idle.formUnion(remove(tokens, from: link))
    }

    /// A child's subtree has lost permits; returns those that it had, for the report upward: only the root knows when
    /// they are free.
    package mutating func lose(_ tokens: TokenSet, from link: LinkID) -> TokenSet {
        let known = remove(tokens, from: link)
        for token in known { grants[token.value] = nil }
        return known
    }

    /// A child's link is gone, with all permits behind it.
    package mutating func loseChild(_ link: LinkID) -> TokenSet {
        guard let tokens = leased.removeValue(forKey: link) else { return TokenSet() }
        for token in tokens { grants[token.value] = nil }
        return tokens
    }

    /// A child has brought permits along, or says that some have turned up below it.
    package mutating func adopt(_ held: [PermitReport.Held], behind link: LinkID) {
        for item in held {
            for other in leased.keys where other != link { _ = remove(item.tokens, from: other) }
            for token in item.tokens { grants[token.value] = item.grant }
            leased[link, default: TokenSet()].formUnion(item.tokens)
        }
    }

    private mutating func remove(_ tokens: TokenSet, from link: LinkID) -> TokenSet {
        guard let there = leased[link] else { return TokenSet() }
        let known = tokens.intersection(there)
        let rest = there.subtracting(known)
        leased[link] = rest.isEmpty ? nil : rest
        return known
    }
}
