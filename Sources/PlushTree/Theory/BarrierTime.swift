/// What a barrier costs through a tree.
package enum BarrierTime {
    /// From the last entry of a strict barrier to the last release, in nanoseconds: one message up each edge of that
    /// rank's path, for its siblings' entries have gone before, and then the fan-out of the release.
    package static func strict(_ shape: TreeShape, count: Int, lastEntryDepth: Int, costs: LinkCosts) -> UInt64 {
        UInt64(lastEntryDepth) * (costs.gapNanoseconds + costs.latencyNanoseconds)
            + FanOut.completion(shape, count: count, costs: costs)
    }

    /// Messages of one generation: every host's edge is used once each way.
    package static func messages(count: Int) -> Int {
        2 * count
    }

    /// Those of them that the root handles.
    package static func rootMessages(_ layout: TreeLayout) -> Int {
        2 * layout.children(of: 0).count
    }
}
