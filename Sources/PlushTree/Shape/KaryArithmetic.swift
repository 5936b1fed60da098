/// The complete k-ary tree in breadth-first order: `parent(i) = (i - 1) / k`, children `k*i + 1 ... k*i + k`.
///
/// Written in the digits 1 ... k (bijective base k), the number of a position is the path to it: which child of the
/// root, which child of that, and so on. Everything here follows from that, in a step per level at most.
struct KaryArithmetic: Hashable, Sendable {
    let arity: Int
    let count: Int

    /// An arity below 1 counts as 1.
    init(arity: Int, count: Int) {
        self.arity = Swift.max(1, arity)
        self.count = Swift.max(0, count)
    }

    func parent(of position: Int) -> Int {
        (position - 1) / arity
    }

    func children(of position: Int) -> Range<Int> {
        let (product, overflow) = position.multipliedReportingOverflow(by: arity)
        guard !overflow, product < count else { return 0..<0 }
        return (product + 1)..<(Swift.min(product + arity, count) + 1)
    }

    func depth(of position: Int) -> Int {
        if arity == 1 { return Swift.max(0, position) }
        var depth = 0
        var current = position
        while current > 0 {
            depth += 1
            current = parent(of: current)
        }
        return depth
    }

    var depth: Int {
        depth(of: count)
    }

    /// Hosts that have children: the parents of 1 ... count but for the root are 1 ... (count - 1) / k.
    var relayCount: Int {
        count > 0 ? (count - 1) / arity : 0
    }

    /// One step per level.
    func descendants(of position: Int) -> Int {
        if arity == 1 { return Swift.max(0, count - position) }
        var total = 0
        var first = position
        var last = position
        while true {
            let (product, overflow) = first.multipliedReportingOverflow(by: arity)
            guard !overflow, product < count else { return total }
            first = product + 1
            last = Swift.min(last &* arity &+ arity, count)
            if last < first { last = count }
            total += last - first + 1
        }
    }
}
