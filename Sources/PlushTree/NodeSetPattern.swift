/// One name of a node set with its brackets: `n[1-3]-ib[0,1]`.
struct NodeSetPattern {
    /// The numbers `first`, `first + step` and so on up to `last`, each written with at least `width` digits.
    struct Progression: Equatable {
        var first: UInt64
        var last: UInt64
        var step: UInt64
        var width: Int

        /// At least one. It fits, because numbers have at most ``NodeSetLimits/digitsMax`` digits.
        var count: UInt64 { (last - first) / step + 1 }

        /// The bytes of the longest of its numbers.
        var digitsMax: Int { max(width, String(last).utf8.count) }

        func forEach(_ body: ([UInt8]) -> Void) {
            for number in stride(from: first, through: last, by: Int(step)) {
                let digits = Array(String(number).utf8)
                body([UInt8](repeating: UInt8(ascii: "0"), count: max(0, width - digits.count)) + digits)
            }
        }
    }

    /// What a name is made of, in order.
    enum Part: Equatable {
        case text([UInt8])
        case numbers([Progression])
    }

    var parts: [Part] = []

    /// How many names it stands for, repeated ones counted; nil where the number is beyond counting.
    var count: UInt64? {
        var product: UInt64 = 1
        for case .numbers(let progressions) in parts {
            var sum: UInt64 = 0
            for progression in progressions {
                let (next, overflows) = sum.addingReportingOverflow(progression.count)
                if overflows { return nil }
                sum = next
            }
            let (next, overflows) = product.multipliedReportingOverflow(by: sum)
            if overflows { return nil }
            product = next
        }
        return product
    }

    /// Whether it names groups: `@rack[1-3]`.
    var isGroup: Bool {
        if case .text(let bytes) = parts.first { return bytes.first == UInt8(ascii: "@") }
        return false
    }

    /// Whether its names are masks with `*` or `?`.
    var isWildcard: Bool {
        parts.contains { part in
            guard case .text(let bytes) = part else { return false }
            return bytes.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
        }
    }

    /// The bytes of its longest name.
    var nameBytesMax: Int {
        parts.reduce(0) { sum, part in
            switch part {
            case .text(let bytes): sum + bytes.count
            case .numbers(let progressions): sum + (progressions.map(\.digitsMax).max() ?? 0)
            }
        }
    }

    /// Its names, the last bracket running fastest.
    func forEachName(_ body: (String) -> Void) {
        extend([], from: 0, body)
    }

    private func extend(_ name: [UInt8], from index: Int, _ body: (String) -> Void) {
        guard index < parts.count else {
            body(String(decoding: name, as: UTF8.self))
            return
        }
        switch parts[index] {
        case .text(let bytes): extend(name + bytes, from: index + 1, body)
        case .numbers(let progressions):
            for progression in progressions {
                progression.forEach { extend(name + $0, from: index + 1, body) }
            }
        }
    }
}
