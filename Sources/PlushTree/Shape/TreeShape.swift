/// The shape of a tree over positions 0 (the root) to `count` (the hosts are 1 ... count).
///
/// Positions are not ranks: pure arithmetic over the complete tree in breadth-first order, where
/// `parent(i) = (i - 1) / k` and the children of `i` are `k*i + 1 ... k*i + k`. Which host takes which position is
/// decided by the launch, which fills positions with hosts that have proved to be alive.
public enum TreeShape: Hashable, Sendable {
    /// A complete tree in which every node has at most `fanout` children; `fanout >= 1`.
    case kary(fanout: Int)
    /// Every host is a child of the root (the star of the 2006 system).
    case flat
    /// Every node has one child.
    case chain

    /// The shape that is used when nobody asks for another: depth 3 at 4,368 hosts, 16 links at the root.
    public static let standard = TreeShape.kary(fanout: 16)

    /// The largest fan-out that a shape may have: a root holds one socket per child.
    public static let fanoutMax = 4096

    /// The most children that any node of a tree of `count` hosts has in this shape.
    public func fanout(count: Int) -> Int {
        switch self {
        case .kary(let fanout): return Swift.max(1, fanout)
        case .flat: return Swift.max(1, count)
        case .chain: return 1
        }
    }

    /// The position of the parent of `position`; nil for the root.
    public func parent(of position: Int, count: Int) -> Int? {
        guard position > 0 else { return nil }
        return (position - 1) / fanout(count: count)
    }

    /// The positions of the children of `position`, in a tree of `count` hosts.
    public func children(of position: Int, count: Int) -> Range<Int> {
        let arity = fanout(count: count)
        let (product, overflow) = position.multipliedReportingOverflow(by: arity)
        guard !overflow, product < count else { return 0..<0 }
        return (product + 1)..<(Swift.min(product + arity, count) + 1)
    }

    /// The number of edges between `position` and the root.
    public func depth(of position: Int, count: Int) -> Int {
        if fanout(count: count) == 1 { return Swift.max(0, position) }
        var depth = 0
        var current = position
        while let above = parent(of: current, count: count) {
            depth += 1
            current = above
        }
        return depth
    }

    /// The number of edges between the root and the deepest host; 0 for no hosts.
    public func depth(count: Int) -> Int {
        depth(of: count, count: count)
    }

    /// How many hosts hang below `position`, itself not counted. One step per level.
    public func descendants(of position: Int, count: Int) -> Int {
        let arity = fanout(count: count)
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

    /// The smallest fan-out whose complete tree holds `count` hosts within `depth` edges (`--depth D`); a depth below 1
    /// counts as 1. Binary search, because a larger fan-out never makes a tree deeper.
    public static func kary(depth: Int, count: Int) -> TreeShape {
        var low = 1
        var high = Swift.max(1, count)
        while low < high {
            let middle = low + (high - low) / 2
            if TreeShape.kary(fanout: middle).depth(count: count) <= Swift.max(1, depth) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return .kary(fanout: low)
    }
}

extension TreeShape: CustomStringConvertible {
    /// The form that `--tree` takes: `kary:K`, `flat` or `chain`.
    public var description: String {
        switch self {
        case .kary(let fanout): return "kary:\(fanout)"
        case .flat: return "flat"
        case .chain: return "chain"
        }
    }

    /// Reads `kary:K`, `flat` or `chain`; nil for anything else, and for a K outside `1 ... fanoutMax`.
    public init?(_ text: String) {
        switch text {
        case "flat": self = .flat
        case "chain": self = .chain
        default:
            guard text.hasPrefix("kary:"), let fanout = Int(text.dropFirst(5)), (1...Self.fanoutMax).contains(fanout),
                String(fanout) == text.dropFirst(5)
            else { return nil }
            self = .kary(fanout: fanout)
        }
    }
}
