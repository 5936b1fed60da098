/// How many nodes complete trees hold.
package enum TreeSize {
    /// The nodes of a complete tree of this arity and depth, the root included: `(k^(D+1) - 1)/(k - 1)`; `Int.max` where
    /// that is more.
    package static func nodes(arity: Int, depth: Int) -> Int {
        var (total, level) = (1, 1)
        for _ in 0..<depth {
            let (product, overflow) = level.multipliedReportingOverflow(by: arity)
            let (sum, exceeds) = total.addingReportingOverflow(product)
            guard !overflow, !exceeds else { return .max }
            (total, level) = (sum, product)
        }
        return total
    }
}
