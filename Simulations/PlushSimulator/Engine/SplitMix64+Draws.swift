import PlushTree

/// What lives are drawn with.
extension SplitMix64 {
    /// A number below `bound` (at least 1); the tiny bias of the remainder does no harm here.
    package mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(bound))
    }

    /// Whether something with this probability happens.
    package mutating func happens(perThousand: Int) -> Bool {
        below(1_000) < perThousand
    }

    /// One of a list that is not empty.
    package mutating func one<Element>(of list: [Element]) -> Element {
        list[below(list.count)]
    }
}
