/// A tree in which every host has the place that somebody gave it: read from text by ``init(_:names:)``.
///
/// Positions are in breadth-first order, the children of a node in the order in which the text names them.
public struct ExplicitTree: Hashable, Sendable {
    let table: TreeTable
    /// By position, from 1.
    private let hosts: [UInt32]
    /// By host.
    private let positions: [UInt32]

    /// How many hosts it has.
    public var count: Int { hosts.count }

    /// The tree in which each host of the list hangs below its entry, nil being the root; `order` names every host once,
    /// in the order in which siblings are to be served. Nil if hosts cannot be reached from the root.
    package init?(parents: [Int?], order: [Int]) {
        let size = parents.count
        var first = [UInt32](repeating: 0, count: size + 2)
        for parent in parents { first[(parent ?? -1) + 2] += 1 }
        for index in 0...size { first[index + 1] += first[index] }
        var listed = [UInt32](repeating: 0, count: size)
        var next = first
        for host in order {
            let parent = (parents[host] ?? -1) + 1
            listed[Int(next[parent])] = UInt32(host)
            next[parent] += 1
        }
        // `hosts` is its own queue: a position is taken from it as soon as those before it have been.
        var hosts: [UInt32] = []
        var table: [UInt32] = [0]
        var taken = 0
        while taken <= hosts.count {
            let node = taken == 0 ? 0 : Int(hosts[taken - 1]) + 1
            for index in first[node]..<first[node + 1] {
                hosts.append(listed[Int(index)])
                table.append(UInt32(taken))
            }
            taken += 1
        }
        guard hosts.count == size else { return nil }
        var positions = [UInt32](repeating: 0, count: size)
        for (index, host) in hosts.enumerated() { positions[Int(host)] = UInt32(index + 1) }
        self.table = TreeTable(parents: table)
        self.hosts = hosts
        self.positions = positions
    }

    /// The position of a host, by its place in the list; nil for what is no host.
    public func position(ofHost host: Int) -> Int? {
        positions.indices.contains(host) ? Int(positions[host]) : nil
    }

    /// The host at a position from 1 on, as its place in the list; nil for the root and beyond the end.
    public func host(at position: Int) -> Int? {
        position > 0 && position <= hosts.count ? Int(hosts[position - 1]) : nil
    }
}
