extension TreeTable {
    /// The optimal tree of the postal model (LogP without overhead): positions in the order in which they are informed.
    ///
    /// A node informed at `s` has its j-th child informed at `s + j*g + L`, and each host hangs below whichever node can
    /// reach it first; between equals the lower position. That is a heap of next-send times, but both kinds of offers,
    /// a new node's first child and the next child of a node that has just sent, are made in the order of their times:
    /// two queues that are the list of nodes itself do, and the tree takes linear time.
    init(postal costs: LinkCosts, count: Int) {
        var parents: [UInt32] = [0]
        var informed: [UInt64] = [0]
        parents.reserveCapacity(count + 1)
        informed.reserveCapacity(count + 1)
        var newcomer = 0
        var repeater = 1
        for position in stride(from: 1, through: count, by: 1) {
            let first = informed[newcomer] + costs.gapNanoseconds + costs.latencyNanoseconds
            let again = repeater < position ? informed[repeater] + costs.gapNanoseconds : .max
            let isFirst = (first, newcomer) < (again, repeater < position ? Int(parents[repeater]) : 0)
            parents.append(isFirst ? UInt32(newcomer) : parents[repeater])
            informed.append(isFirst ? first : again)
            if isFirst { newcomer += 1 } else { repeater += 1 }
        }
        self.init(parents: parents)
    }
}
