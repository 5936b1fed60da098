import PlushTree
import PlushWire

/// Splits what there is among those who want some of it.
package enum FairShare {
    /// As evenly as the demands allow; what does not divide goes to the first ones.
    package static func split(_ available: Int, among demands: [Int]) -> [Int] {
        var shares = demands.map { _ in 0 }
        var rest = max(0, available)
        var open = demands.indices.filter { demands[$0] > 0 }
        while rest > 0, !open.isEmpty {
            let each = max(1, rest / open.count)
            for index in open where rest > 0 {
                let more = min(each, rest, demands[index] - shares[index])
                shares[index] += more
                rest -= more
            }
            open.removeAll { shares[$0] >= demands[$0] }
        }
        return shares
    }
}

extension TokenSet {
    /// Takes the smallest `count` tokens out.
    mutating func take(_ count: Int) -> TokenSet {
        var taken: [Range] = []
        var rest = count
        for range in ranges where rest > 0 {
            let size = Int(range.upper - range.lower) + 1
            let part = Swift.min(size, rest)
            taken.append(Range(range.lower, range.lower + UInt32(part - 1)))
            rest -= part
        }
        let set = TokenSet(ranges: taken)
        subtract(set)
        return set
    }
}
