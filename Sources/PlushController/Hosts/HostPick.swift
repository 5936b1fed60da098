import PlushTree

/// Chooses some of many at random; with a seed the same ones each time.
public struct HostPick {
    private let generator: SplitMix64

    /// `seed` of nil: one that nobody knows.
    public init(seed: UInt64?) {
        generator = SplitMix64(seed: seed ?? UInt64.random(in: 0...UInt64.max))
    }

    /// `count` of the elements, all of them where there are no more, in their order. Every choice is as likely as any
    /// other: the first steps of a Fisher-Yates shuffle.
    public func choose<Element>(_ count: Int, of elements: [Element]) -> [Element] {
        guard count < elements.count else { return elements }
        var generator = generator
        var places = Array(elements.indices)
        for index in 0..<max(0, count) {
            places.swapAt(index, Int.random(in: index..<places.count, using: &generator))
        }
        return places.prefix(max(0, count)).sorted().map { elements[$0] }
    }
}
