/// The tree of a number of hosts in some shape: who hangs below whom, over positions 0 (the root) to ``count``.
///
/// A parent has a smaller position than its children. Positions outside `0 ... count` have no parent and no children.
public struct TreeLayout: Hashable, Sendable {
    enum Form: Hashable, Sendable {
        case kary(KaryArithmetic)
        case binomial(BinomialArithmetic)
        case table(TreeTable)
    }

    private let form: Form
    private let hosts: ExplicitTree?
    /// How many hosts there are, the root not counted.
    public let count: Int

    init(_ form: Form, count: Int, hosts: ExplicitTree? = nil) {
        self.form = form
        self.count = count
        self.hosts = hosts
    }

    /// The position of the parent of `position`; nil for the root.
    public func parent(of position: Int) -> Int? {
        guard position > 0, position <= count else { return nil }
        switch form {
        case .kary(let tree): return tree.parent(of: position)
        case .binomial(let tree): return tree.parent(of: position)
        case .table(let tree): return tree.parent(of: position)
        }
    }

    /// The positions of the children of `position`, ascending.
    public func children(of position: Int) -> TreeChildren {
        guard position >= 0, position <= count else { return TreeChildren(form: .range(0..<0)) }
        switch form {
        case .kary(let tree): return TreeChildren(form: .range(tree.children(of: position)))
        case .binomial(let tree):
            let (first, count) = tree.children(of: position)
            return TreeChildren(form: .powers(base: position, first: first, count: count))
        case .table(let tree): return TreeChildren(form: .listed(tree.children(of: position)))
        }
    }

    /// The number of edges between `position` and the root; 0 outside the tree.
    public func depth(of position: Int) -> Int {
        guard position > 0, position <= count else { return 0 }
        switch form {
        case .kary(let tree): return tree.depth(of: position)
        case .binomial(let tree): return tree.depth(of: position)
        case .table(let tree): return tree.depth(of: position)
        }
    }

    /// How many hosts hang below `position`, itself not counted.
    public func descendants(of position: Int) -> Int {
        guard position >= 0, position <= count else { return 0 }
        switch form {
        case .kary(let tree): return tree.descendants(of: position)
        case .binomial(let tree): return tree.descendants(of: position)
        case .table(let tree): return tree.descendants(of: position)
        }
    }

    /// The number of edges between the root and the deepest host; 0 for no hosts.
    public var depth: Int {
        switch form {
        case .kary(let tree): tree.depth
        case .binomial(let tree): tree.depth
        case .table(let tree): tree.depth
        }
    }

    /// The most children that any node may have in this shape, at least 1; a small tree need not have a node with so many.
    public var fanout: Int {
        switch form {
        case .kary(let tree): tree.arity
        case .binomial(let tree): Swift.max(1, tree.fanout)
        case .table(let tree): Swift.max(1, tree.fanout)
        }
    }

    /// How many hosts have children, the root not counted.
    public var relayCount: Int {
        switch form {
        case .kary(let tree): tree.relayCount
        case .binomial(let tree): tree.relayCount
        case .table(let tree): tree.relayCount
        }
    }

    /// Whether the tree names its hosts: then they have these places and no others.
    public var isExplicit: Bool {
        hosts != nil
    }

    /// The position that a host of the list has by name, counted from 0; nil where the tree leaves that to the launch.
    public func position(ofHost host: Int) -> Int? {
        hosts?.position(ofHost: host)
    }

    /// The host that has a position by name, as its place in the list; nil where the tree leaves that to the launch.
    public func host(at position: Int) -> Int? {
        hosts?.host(at: position)
    }
}
