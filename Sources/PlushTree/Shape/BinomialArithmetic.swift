/// The binomial tree: in round r every position below 2^r sends to the position 2^r further on.
///
/// So the parent of a position is the position without its highest bit, its depth is the number of its bits, and below
/// it are the positions that end in its bits. The tree holds any number of hosts, in the order of the rounds.
struct BinomialArithmetic: Hashable, Sendable {
    let count: Int

    init(count: Int) {
        self.count = Swift.max(0, count)
    }

    /// How many bits a number has; 0 for 0.
    private static func bits(_ number: Int) -> Int {
        Int.bitWidth - number.leadingZeroBitCount
    }

    func parent(of position: Int) -> Int {
        position & ~(1 << (Self.bits(position) - 1))
    }

    /// `position + 2^e` for `count` exponents from `first` on.
    func children(of position: Int) -> (first: Int, count: Int) {
        let first = Self.bits(position)
        guard position < count else { return (first, 0) }
        return (first, Swift.max(0, Self.bits(count - position) - first))
    }

    func depth(of position: Int) -> Int {
        position.nonzeroBitCount
    }

    /// The most bits of any number up to `count`: its own, or those above one of them with all bits below that set.
    var depth: Int {
        (0..<Self.bits(count)).reduce(count.nonzeroBitCount) { most, bit in
            count & (1 << bit) == 0 ? most : Swift.max(most, (count >> (bit + 1)).nonzeroBitCount + bit)
        }
    }

    var relayCount: Int {
        // A position of m bits has a child if it and 2^m more are within the tree.
        (1..<Swift.max(1, Self.bits(count))).reduce(0) { total, bits in
            total + Swift.max(0, Swift.min(1 << bits, count - (1 << bits) + 1) - (1 << (bits - 1)))
        }
    }

    var fanout: Int {
        Self.bits(count)
    }

    func descendants(of position: Int) -> Int {
        position < count ? (count - position) >> Self.bits(position) : 0
    }
}
