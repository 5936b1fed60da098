/// The k-ary tree that `--tree auto` takes for some costs and a number of hosts, and why.
///
/// The closed form `k*(ln k - 1) = L/g` says which arity serves trees of any size best. Depths are whole numbers, and at
/// one depth fewer children are served sooner: so its depth is taken, and the least arity that holds the hosts within it,
/// unless a level more or less is faster still by the exact completion.
package struct ArityChoice: Hashable, Sendable {
    /// How many hosts.
    package let count: Int
    /// What it was chosen for.
    package let costs: LinkCosts
    /// The root of the closed form.
    package let ideal: Double
    /// The shape; the star where one level is the fastest.
    package let shape: TreeShape
    /// When a small message has reached the last host, in nanoseconds.
    package let completionNanoseconds: UInt64

    package init(count: Int, costs: LinkCosts) {
        self.count = Swift.max(0, count)
        self.costs = costs
        ideal = IdealArity.solution(latencyToGap: costs.ratio)
        let rounded = Int(Swift.min(ideal.rounded(), Double(TreeShape.fanoutMax)))
        let depth = KaryArithmetic(arity: rounded, count: self.count).depth
        var best: (shape: TreeShape, time: UInt64)?
        for candidate in Swift.max(1, depth - 1)...Swift.max(1, depth + 1) {
            guard case .kary(let arity) = TreeShape.kary(depth: candidate, count: self.count) else { continue }
            // A root with more links than this is not had without being asked for.
            guard arity <= TreeShape.fanoutMax else { continue }
            let time = FanOut.kary(arity: arity, count: self.count, costs: costs)
            if let known = best, known.time <= time { continue }
            best = (candidate == 1 ? .flat : .kary(fanout: arity), time)
        }
        shape = best?.shape ?? .kary(fanout: rounded)
        completionNanoseconds = best?.time ?? FanOut.kary(arity: rounded, count: self.count, costs: costs)
    }

    /// One line that says why, with where the costs come from: `measured on 8 hosts`, say.
    package func reason(latencySource: String, gapSource: String) -> String {
        let layout = shape.layout(count: count)
        let star = FanOut.star(count: count, costs: costs)
        let tenths = (ideal * 10).rounded() / 10
        return
            "\(shape): k(ln k - 1) = L/g with L \(TimeText.rounded(costs.latencyNanoseconds)) (\(latencySource)) and g "
            + "\(TimeText.rounded(costs.gapNanoseconds)) (\(gapSource)) gives k = \(tenths); of \(count) hosts "
            + "a message reaches the last soonest at depth \(layout.depth), with \(layout.children(of: 0).count) links at the "
            + "controller: in \(TimeText.rounded(completionNanoseconds)), in a star in \(TimeText.rounded(star))"
    }
}
