/// What a wave of answers costs a node: it hears every child once, whatever hangs below that, because answers merge.
package enum FanIn {
    /// Messages that the root receives: all of them in a star, k in a k-ary tree however many hosts it has.
    package static func rootMessages(_ layout: TreeLayout) -> Int {
        layout.children(of: 0).count
    }

    /// When a wave that starts when a fan-out reaches each host is complete at the root, in nanoseconds after the fan-out
    /// began: a host answers when its own work (`workNanoseconds`) is done and all its children have answered. Receiving
    /// is in L and is not queued, so this bounds from below what a busy root sees.
    package static func roundTrip(_ layout: TreeLayout, costs: LinkCosts, workNanoseconds: UInt64) -> UInt64 {
        var done = FanOut.arrivals(layout, costs: costs).map { $0 + workNanoseconds }
        done[0] = 0
        for position in stride(from: layout.count, through: 1, by: -1) {
            let answer = done[position] + costs.gapNanoseconds + costs.latencyNanoseconds
            let parent = layout.parent(of: position) ?? 0
            done[parent] = Swift.max(done[parent], answer)
        }
        return done[0]
    }
}
