import PlushTree

/// A tree as text, as a graph for graphviz, or as JSON.
struct TreeDrawing {
    private let title: String
    private let layout: TreeLayout
    private let names: [String]

    /// `title`: what the shape is called, where that is not its own name.
    init(shape: TreeShape, names: [String], title: String? = nil) {
        self.title = title ?? "\(shape)"
        self.names = names
        layout = shape.layout(count: names.count)
    }

    private var count: Int { names.count }

    /// The host of a position, as its place in the list of names.
    private func host(_ position: Int) -> Int {
        layout.host(at: position) ?? position - 1
    }

    private func name(_ position: Int) -> String {
        position == 0 ? "controller" : names[host(position)]
    }

    private func isRelay(_ position: Int) -> Bool {
        !layout.children(of: position).isEmpty
    }

    func printText() {
        let account = TreeAccount(
            hosts: "\(count)", shape: title, depth: layout.depth, fanout: min(layout.fanout, count),
            relays: layout.relayCount, links: layout.children(of: 0).count)
        print(account.text)
        print("controller (relays for \(count))")
        printChildrenOfTheRoot()
    }

    /// Leaves of one parent share a line; relays have their own.
    private func printChildrenOfTheRoot() {
        enum Line {
            case relay(Int)
            case leaves([Int])
        }
        var stack: [(line: Line, indent: String, isLast: Bool)] = []
        func push(_ position: Int, _ indent: String) {
            let children = layout.children(of: position)
            let relays = children.filter(isRelay)
            let leaves = children.filter { !isRelay($0) }
            if !leaves.isEmpty { stack.append((.leaves(leaves), indent, true)) }
            for (index, relay) in relays.enumerated().reversed() {
                stack.append((.relay(relay), indent, index == relays.count - 1 && leaves.isEmpty))
            }
        }
        push(0, "")
        while let (line, indent, isLast) = stack.popLast() {
            let corner = isLast ? "└─ " : "├─ "
            switch line {
            case .leaves(let leaves): print(indent + corner + NodeSet.fold(leaves.map(name)))
            case .relay(let position):
                print(indent + corner + "\(name(position)) (relays for \(layout.descendants(of: position)))")
                push(position, indent + (isLast ? "   " : "│  "))
            }
        }
    }

    func printDot() {
        print("digraph plush {")
        print("  rankdir=TB; node [shape=box, fontname=\"sans-serif\"];")
        for position in stride(from: 1, through: count, by: 1) {
            print("  \"\(name(layout.parent(of: position) ?? 0))\" -> \"\(name(position))\";")
        }
        print("}")
    }

    func printJSON() {
        print(
            "{\"hosts\":\(count),\"tree\":\"\(title)\",\"depth\":\(layout.depth),"
                + "\"fanout\":\(min(layout.fanout, count)),\"relays\":\(layout.relayCount),\"nodes\":[")
        for position in stride(from: 1, through: count, by: 1) {
            let parent = layout.parent(of: position) ?? 0
            print(
                "{\"host\":\"\(name(position))\",\"rank\":\(host(position)),\"parent\":\"\(name(parent))\","
                    + "\"depth\":\(layout.depth(of: position)),\"relaysFor\":\(layout.descendants(of: position))}"
                    + (position == count ? "" : ","))
        }
        print("]}")
    }
}
