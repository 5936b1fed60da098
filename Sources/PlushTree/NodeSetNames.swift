/// Names in the order in which they came, each once, and what operators do with them.
struct NodeSetNames {
    /// A name that was taken away leaves a hole.
    private var slots: [String?] = []
    private var places: [String: Int] = [:]

    init(_ names: [String] = []) {
        for name in names { insert(name) }
    }

    var names: [String] {
        slots.compactMap { $0 }
    }

    mutating func insert(_ name: String) {
        guard places[name] == nil else { return }
        places[name] = slots.count
        slots.append(name)
    }

    private mutating func remove(_ name: String) {
        guard let place = places.removeValue(forKey: name) else { return }
        slots[place] = nil
    }

    /// What is left keeps its order, what comes follows.
    mutating func apply(_ operation: NodeSetTerm.Operator, _ other: NodeSetNames) {
        switch operation {
        case .union:
            for name in other.names { insert(name) }
        case .difference:
            for name in other.names { remove(name) }
        case .intersection:
            let shared = other.names.compactMap { places[$0] }.sorted()
            self = NodeSetNames(shared.compactMap { slots[$0] })
        case .exclusive:
            for name in other.names {
                if places[name] == nil { insert(name) } else { remove(name) }
            }
        }
    }
}
