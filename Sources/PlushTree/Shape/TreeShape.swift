/// The shape of a tree, whatever the number of its hosts; ``layout(count:)`` says who hangs below whom.
///
/// Positions count from 0 (the root) to the number of hosts, and a parent always has the smaller number. Positions are
/// not ranks: which host takes which position is decided by the launch, which fills positions with hosts that have
/// proved to be alive. Only ``explicit(_:)`` names its hosts.
public enum TreeShape: Hashable, Sendable {
    /// A complete tree in breadth-first order in which every node has at most `fanout` children; `fanout >= 1`.
    case kary(fanout: Int)
    /// Every host is a child of the root (the star of the 2006 system).
    case flat
    /// Every node has one child.
    case chain
    /// The tree that doubles in every round: the parent of a position is that position without its highest bit.
    case binomial
    /// The tree of the postal model: every node that has the message sends it on all the time, and each host hangs below
    /// the one that can reach it first. Optimal for small messages at these costs.
    case postal(LinkCosts)
    /// A tree whose hosts all have the places that somebody wrote down.
    case explicit(ExplicitTree)

    /// The shape that is used when nobody asks for another: depth 3 at 4,368 hosts, 16 links at the root.
    public static let standard = TreeShape.kary(fanout: 16)

    /// The largest fan-out that a shape may have: a root holds one socket per child.
    public static let fanoutMax = 4096

    /// The tree of this shape with `count` hosts. Constant time for k-ary and binomial trees, which stay arithmetic;
    /// linear in `count` for the others.
    ///
    /// An explicit tree has the number of hosts that it was read for; any other number is a fault of the caller and traps.
    public func layout(count: Int) -> TreeLayout {
        let count = Swift.max(0, count)
        switch self {
        case .kary(let fanout): return TreeLayout(.kary(KaryArithmetic(arity: fanout, count: count)), count: count)
        case .flat: return TreeLayout(.kary(KaryArithmetic(arity: count, count: count)), count: count)
        case .chain: return TreeLayout(.kary(KaryArithmetic(arity: 1, count: count)), count: count)
        case .binomial: return TreeLayout(.binomial(BinomialArithmetic(count: count)), count: count)
        case .postal(let costs): return TreeLayout(.table(TreeTable(postal: costs, count: count)), count: count)
        case .explicit(let tree):
            precondition(tree.count == count, "an explicit tree of \(tree.count) hosts laid out for \(count)")
            return TreeLayout(.table(tree.table), count: count, hosts: tree)
        }
    }

    /// The smallest fan-out whose complete tree holds `count` hosts within `depth` edges (`--depth D`); a depth below 1
    /// counts as 1. Binary search, because a larger fan-out never makes a tree deeper.
    public static func kary(depth: Int, count: Int) -> TreeShape {
        var low = 1
        var high = Swift.max(1, count)
        while low < high {
            let middle = low + (high - low) / 2
            if KaryArithmetic(arity: middle, count: count).depth <= Swift.max(1, depth) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return .kary(fanout: low)
    }
}

extension TreeShape: CustomStringConvertible {
    /// The form that `--tree` takes: `kary:K`, `flat`, `chain`, `binomial` or `postal:L,g`; `file` for an explicit tree.
    public var description: String {
        switch self {
        case .kary(let fanout): return "kary:\(fanout)"
        case .flat: return "flat"
        case .chain: return "chain"
        case .binomial: return "binomial"
        case .postal(let costs): return "postal:\(costs)"
        case .explicit: return "file"
        }
    }
}
