/// Chooses some of many at random; with a seed the same ones each time.
public struct HostPick {
    private var generator: SplitMix

    /// `seed` of nil: one that nobody knows.
    public init(seed: UInt64?) {
        generator = SplitMix(state: seed ?? UInt64.random(in: 0...UInt64.max))
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

    /// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine and with every version.
    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
