/// When a small message that the root begins to send at 0 has reached hosts, in nanoseconds: the j-th child of a node that
/// has it at `s` has it at `s + j*g + L` (postal model; children are served in the order of their positions).
///
/// The star is the fastest where L dominates; what a tree buys there is sockets and handshakes at the root, launch,
/// fan-in and files.
package enum FanOut {
    /// The star: `L + N*g`; 0 for no hosts.
    package static func star(count: Int, costs: LinkCosts) -> UInt64 {
        count > 0 ? costs.latencyNanoseconds + UInt64(count) * costs.gapNanoseconds : 0
    }

    /// The host at a position of the complete k-ary tree: `depth*L + (sum of digits)*g`, with the position written in
    /// the digits 1 ... k, which are the children taken on the path to it.
    package static func kary(arity: Int, position: Int, costs: LinkCosts) -> UInt64 {
        var (time, rest) = (UInt64(0), position)
        while rest > 0 {
            time += costs.latencyNanoseconds + UInt64((rest - 1) % arity + 1) * costs.gapNanoseconds
            rest = (rest - 1) / arity
        }
        return time
    }

    /// The last host of a complete k-ary tree, exactly; `D*(k*g + L)` where its last level is full.
    ///
    /// It is on the last level or at the end of the one above. On the last level the largest sum of digits belongs to N
    /// itself, or to a number that agrees with N up to some digit, is one less there, and goes on with nothing but k.
    package static func kary(arity: Int, count: Int, costs: LinkCosts) -> UInt64 {
        guard count > 0 else { return 0 }
        guard arity > 1 else { return UInt64(count) * (costs.latencyNanoseconds + costs.gapNanoseconds) }
        var digits: [Int] = []
        var rest = count
        while rest > 0 {
            digits.append((rest - 1) % arity + 1)
            rest = (rest - 1) / arity
        }
        let depth = digits.count
        var mostDigits = digits.reduce(0, +)
        var above = 0
        for (index, digit) in digits.enumerated().reversed() {
            if digit > 1 { mostDigits = Swift.max(mostDigits, above + digit - 1 + index * arity) }
            above += digit
        }
        let last = UInt64(depth) * costs.latencyNanoseconds + UInt64(mostDigits) * costs.gapNanoseconds
        let levelAbove = UInt64(depth - 1) * (costs.latencyNanoseconds + UInt64(arity) * costs.gapNanoseconds)
        return Swift.max(last, levelAbove)
    }

    /// Every position of any tree, the root's 0 first.
    package static func arrivals(_ layout: TreeLayout, costs: LinkCosts) -> [UInt64] {
        var times = [UInt64](repeating: 0, count: layout.count + 1)
        for parent in 0...layout.count {
            var time = times[parent] + costs.latencyNanoseconds
            for child in layout.children(of: parent) {
                time += costs.gapNanoseconds
                times[child] = time
            }
        }
        return times
    }

    /// The last host of any tree; by the closed form where there is one.
    package static func completion(_ shape: TreeShape, count: Int, costs: LinkCosts) -> UInt64 {
        switch shape {
        case .kary(let fanout): return kary(arity: Swift.max(1, fanout), count: count, costs: costs)
        case .chain: return kary(arity: 1, count: count, costs: costs)
        case .flat: return star(count: count, costs: costs)
        case .postal(let built) where built == costs: return PostalBound.earliest(count: count, costs: costs)
        case .binomial, .postal, .explicit: return arrivals(shape.layout(count: count), costs: costs).max() ?? 0
        }
    }
}
