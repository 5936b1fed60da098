import PlushTree

/// A tree as text, as a graph for graphviz, or as JSON.
struct TreeDrawing {
    let shape: TreeShape
    let names: [String]

    private var count: Int { names.count }
    private var depth: Int { shape.depth(count: count) }

    private func name(_ position: Int) -> String {
        position == 0 ? "controller" : names[position - 1]
    }

    private var relayCount: Int {
        // Relays are the positions with children; in breadth-first order they come first.
        (1...max(1, count)).prefix { $0 <= count && !shape.children(of: $0, count: count).isEmpty }.count
    }

    func printText() {
        let links = shape.children(of: 0, count: count).count
        print(
            "\(count) hosts, \(shape): depth \(depth), fan-out at most \(min(shape.fanout(count: count), count)), "
                + "\(relayCount) relays, \(links) links at the controller")
        print("controller (relays for \(count))")
        printChildren(of: 0, indent: "")
    }

    /// Leaves of one parent share a line; relays have their own.
    private func printChildren(of root: Int, indent: String) {
        var stack: [(position: Int, indent: String, isLast: Bool)] = []
        func push(_ position: Int, _ indent: String) {
            let children = shape.children(of: position, count: count)
            let relays = children.filter { !shape.children(of: $0, count: count).isEmpty }
            let leaves = children.filter { shape.children(of: $0, count: count).isEmpty }
            if !leaves.isEmpty { stack.append((-(leaves[0]), indent, true)) }
            for (index, relay) in relays.enumerated().reversed() {
                stack.append((relay, indent, index == relays.count - 1 && leaves.isEmpty))
            }
        }
        push(root, indent)
        while let (position, indent, isLast) = stack.popLast() {
            let corner = isLast ? "└─ " : "├─ "
            if position < 0 {
                let parent = shape.parent(of: -position, count: count) ?? 0
                let leaves = shape.children(of: parent, count: count).filter { $0 >= -position }
                print(indent + corner + NodeSet.fold(leaves.map(name)))
            } else {
                print(
                    indent + corner + "\(name(position)) (relays for \(shape.descendants(of: position, count: count)))")
                push(position, indent + (isLast ? "   " : "│  "))
            }
        }
    }

    func printDot() {
        print("digraph plush {")
        print("  rankdir=TB; node [shape=box, fontname=\"sans-serif\"];")
        for position in stride(from: 1, through: count, by: 1) {
            print("  \"\(name(shape.parent(of: position, count: count) ?? 0))\" -> \"\(name(position))\";")
        }
        print("}")
    }

    func printJSON() {
        print(
            "{\"hosts\":\(count),\"tree\":\"\(shape)\",\"depth\":\(depth),"
                + "\"fanout\":\(min(shape.fanout(count: count), count)),\"relays\":\(relayCount),\"nodes\":[")
        for position in stride(from: 1, through: count, by: 1) {
            let parent = shape.parent(of: position, count: count) ?? 0
            let below = shape.descendants(of: position, count: count)
            print(
                "{\"host\":\"\(name(position))\",\"rank\":\(position - 1),\"parent\":\"\(name(parent))\","
                    + "\"depth\":\(shape.depth(of: position, count: count)),\"relaysFor\":\(below)}"
                    + (position == count ? "" : ","))
        }
        print("]}")
    }
}
